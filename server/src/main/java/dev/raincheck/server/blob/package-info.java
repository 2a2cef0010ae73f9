/** Long bodies on their way into the blob store. */
@NullMarked
package dev.raincheck.server.blob;

import org.jspecify.annotations.NullMarked;
