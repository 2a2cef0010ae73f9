/** What travels: problem codes and the names of headers. Java 17, no dependencies. */
@org.jspecify.annotations.NullMarked
package dev.raincheck.protocol;
