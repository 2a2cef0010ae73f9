/** Measures what the README claims, in one run on one machine. */
@NullMarked
package dev.raincheck.bench;

import org.jspecify.annotations.NullMarked;
