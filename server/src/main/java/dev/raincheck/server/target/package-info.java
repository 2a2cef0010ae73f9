/** Push targets: operations that somebody's HTTP server performs. */
@NullMarked
package dev.raincheck.server.target;

import org.jspecify.annotations.NullMarked;
