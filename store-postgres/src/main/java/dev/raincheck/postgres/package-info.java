/** The store of a cluster: PostgreSQL. */
@NullMarked
package dev.raincheck.postgres;

import org.jspecify.annotations.NullMarked;
