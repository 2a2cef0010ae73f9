/**
 * The HTTP front: from bytes on a socket to a route, and back. It knows nothing of operations.
 *
 * <p>Routes see {@link dev.raincheck.server.http.Request} and return an {@link
 * dev.raincheck.server.http.Answer}; what happens to a request, in order, is one method in {@code
 * Front}. Only the classes that are not public know Jetty.
 */
@org.jspecify.annotations.NullMarked
package dev.raincheck.server.http;
