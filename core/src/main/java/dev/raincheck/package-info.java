/** The engine: no HTTP, no SQL, no framework. {@link dev.raincheck.Raincheck} wires it. */
@NullMarked
package dev.raincheck;

import org.jspecify.annotations.NullMarked;
