/** Blobs as files, beside the embedded store. */
@NullMarked
package dev.raincheck.sqlite.blob;

import org.jspecify.annotations.NullMarked;
