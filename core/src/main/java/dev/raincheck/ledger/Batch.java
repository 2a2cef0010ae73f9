package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of commands writes: one commit or none. What is removed goes first, then what is saved is
 * written, so that a tombstone may take the place of its operation.
 *
 * @param node which node's batch this is; with {@code number} it names the batch for ever
 * @param saved each key at most once, but for chunks. An operation whose {@code resultGone} is set has its
 *     result's payload removed. A store also keeps which blobs each operation refers to
 * @param fresh which of {@code saved} did not exist before this batch, as the locked rows told
 * @param removed whatever stands under the key: of an operation, its payloads and chunks too; or its
 *     tombstone
 * @param entries of the log, in the order of the decisions; each stream's become one segment
 * @param trimBefore segments older than this may go, at most {@link #TRIMMED_MAX} in one commit and never a
 *     stream's last; those of progress after {@link #PROGRESS_KEPT}. Null for none
 */
public record Batch(
    long node,
    long number,
    List<Row> saved,
    Set<Key> fresh,
    List<Key> removed,
    List<Entry> entries,
    @Nullable Instant trimBefore) {
  /** Enough to keep up with a busy node, few enough not to hold up its commits. */
  public static final int TRIMMED_MAX = 5_000;

  /** Segments of progress go when they are this much older than the commit that trims. */
  public static final Duration PROGRESS_KEPT = Duration.ofMinutes(1);

  public Batch(
      long node, long number, List<Row> saved, Set<Key> fresh, List<Key> removed, List<Entry> entries) {
    this(node, number, saved, fresh, removed, entries, null);
  }
}
