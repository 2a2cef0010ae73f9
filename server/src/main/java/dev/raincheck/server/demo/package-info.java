/** The demo: a server with examples that run on real input, told as a tour. */
@NullMarked
package dev.raincheck.server.demo;

import org.jspecify.annotations.NullMarked;
