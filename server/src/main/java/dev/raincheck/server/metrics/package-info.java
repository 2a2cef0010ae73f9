/** What the server tells of itself: Prometheus metrics and log lines. */
@NullMarked
package dev.raincheck.server.metrics;

import org.jspecify.annotations.NullMarked;
