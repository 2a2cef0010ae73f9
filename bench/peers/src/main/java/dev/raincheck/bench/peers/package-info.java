/** The same work done by others, on the same PostgreSQL server, for the benchmark to compare with. */
@NullMarked
package dev.raincheck.bench.peers;

import org.jspecify.annotations.NullMarked;
