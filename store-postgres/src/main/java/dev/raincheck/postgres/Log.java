package dev.raincheck.postgres;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.OperationCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The end of a batch's message: its entries. Offsets and positions are given here and nowhere else, behind
 * the one lock that all nodes take last, so they rise with the commits.
 */
final class Log {
  /** Its row is never written, so nothing of it grows or rots. */
  private static final String LOCK = "SELECT 1 FROM log_tail FOR UPDATE";

  /**
   * A statement of its own: its snapshot must be newer than the lock. Looks at the days of late first, one or two of all:
   * the store's clock never goes back, so what is in them is younger than all else.
   */
  static final String APPEND =
      """
      INSERT INTO segment (position, stream, first, count, node, batch, at, entries)
      SELECT
        coalesce((SELECT max(position) FROM segment WHERE at >= ? AND at < ?), last_position()) + new.turn,
        new.stream,
        coalesce(
          (SELECT s.first + s.count FROM segment AS s WHERE s.stream = new.stream AND s.at >= ? AND s.at < ?
           ORDER BY s.first DESC LIMIT 1), next_offset(new.stream)),
        new.count, ?, ?, ?, new.entries
      FROM unnest(?::text[], ?::int[], ?::bytea[]) WITH ORDINALITY AS new (stream, count, entries, turn)
      RETURNING stream, first\
      """;

  /** The last of all stays, whatever it tells: positions go on from it. */
  static final String TRIM_PROGRESS =
      """
      DELETE FROM segment WHERE position IN (
        SELECT position FROM segment
        WHERE stream >= ? AND stream < ? AND at < ? LIMIT ? FOR UPDATE SKIP LOCKED)
      AND position < (SELECT max(position) FROM segment)\
      """;

  /** An unknown commit is asked about within seconds; the clock needs the latest alone. */
  private static final Duration BATCHES_KEPT = Duration.ofHours(1);

  /** Longer than any node goes without a look at what has started, while it claims. */
  private static final Duration STARTS_KEPT = Duration.ofMinutes(2);

  private static final String FORGET_BATCHES =
      """
      DELETE FROM batch WHERE (node, number) IN (
        SELECT node, number FROM batch WHERE at < ? ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED)\
      """;

  /** Streams that were written within this are found at once. */
  private static final Duration LATE = Duration.ofDays(1);

  /** More than the times of batches differ that are under way at once. */
  private static final Duration AHEAD = Duration.ofHours(1);

  private final Batch batch;
  private final Instant at;

  Log(Batch batch, Instant at) {
    this.batch = batch;
    this.at = at;
  }

  /** What is kept for moments only; segments go with their days. Before the tail is locked: it may take a while. */
  void trim(Message message) {
    if (batch.trimBefore() == null) return;
    message.add(
        TRIM_PROGRESS,
        Entry.PROGRESS_FROM,
        Entry.PROGRESS_TO,
        at.minus(Batch.PROGRESS_KEPT).toEpochMilli(),
        Batch.TRIMMED_MAX);
    message.add(FORGET_BATCHES, at.minus(BATCHES_KEPT).toEpochMilli(), Batch.TRIMMED_MAX);
    message.add(RunningCounts.FORGET, at.minus(STARTS_KEPT).toEpochMilli(), Batch.TRIMMED_MAX);
  }

  void append(Message message, Message.Row offsets) {
    if (batch.entries().isEmpty()) return;
    var streams = new LinkedHashMap<String, List<Entry>>();
    for (var entry : batch.entries()) streams.computeIfAbsent(entry.stream(), _ -> new ArrayList<>()).add(entry);
    var segments = List.copyOf(streams.values());
    message.ask(LOCK, _ -> {});
    message.ask(
        APPEND,
        offsets,
        at.minus(LATE).toEpochMilli(),
        at.plus(AHEAD).toEpochMilli(),
        at.minus(LATE).toEpochMilli(),
        at.plus(AHEAD).toEpochMilli(),
        batch.node(),
        batch.number(),
        at.toEpochMilli(),
        streams.keySet().toArray(String[]::new),
        Columns.ints(segments, List::size),
        Columns.bytes(segments, OperationCodec::entries));
  }
}
