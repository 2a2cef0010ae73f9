/** Measurements. */
@NullMarked
package dev.raincheck.bench;

import org.jspecify.annotations.NullMarked;
