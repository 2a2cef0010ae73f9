/** The running server: everything put together, started in one order and stopped in the reverse. */
@NullMarked
package dev.raincheck.server.serve;

import org.jspecify.annotations.NullMarked;
