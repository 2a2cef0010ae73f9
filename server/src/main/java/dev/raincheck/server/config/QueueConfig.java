package dev.raincheck.server.config;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where a type's operations wait.
 *
 * @param name the queue; types that name the same one share its slots and its depth
 * @param concurrency slots on this node: how many attempts run at a time
 * @param clusterConcurrency how many attempts run at a time on all nodes together, if that is limited
 * @param depthMax unfinished operations in the queue; past it a submit is refused
 * @param priority 0 (first) to 9
 */
public record QueueConfig(
    String name, int concurrency, OptionalInt clusterConcurrency, int depthMax, int priority) {
  static final int CONCURRENCY = 8;
  private static final int CONCURRENCY_MAX = 10_000;
  static final int DEPTH_MAX = 1_000_000;
  static final int PRIORITY = 5;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,99}");

  public QueueConfig {
    new Checks()
        .rule(
            "queue",
            NAME.matcher(name).matches(),
            name,
            "must be 1 to 100 of a-z, 0-9, '_', '.', '-', beginning with a letter")
        .range("concurrency", concurrency, 1, CONCURRENCY_MAX)
        .range("cluster_concurrency", clusterConcurrency.orElse(1), 1, CONCURRENCY_MAX)
        .range("max_depth", depthMax, 1, 100_000_000)
        .range("priority", priority, 0, 9)
        .done();
  }

  /** A queue of a type's own, with all defaults. */
  public static QueueConfig of(String name) {
    return new QueueConfig(name, CONCURRENCY, OptionalInt.empty(), DEPTH_MAX, PRIORITY);
  }
}
