/** Payloads that are too long for memory and rows, behind a small seam. */
@NullMarked
package dev.raincheck.blob;

import org.jspecify.annotations.NullMarked;
