/** The embedded store: one SQLite file, one writer, a few readers. */
@NullMarked
package dev.raincheck.sqlite;

import org.jspecify.annotations.NullMarked;
