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

  /** A statement of its own: its snapshot must be newer than the lock. */
  static final String APPEND =
      """
      INSERT INTO segment (position, stream, first, count, node, batch, at, entries)
      SELECT
        (SELECT coalesce(max(position), 0) FROM segment) + new.turn,
        new.stream,
        coalesce(
          (SELECT s.first + s.count FROM segment AS s WHERE s.stream = new.stream
           ORDER BY s.first DESC LIMIT 1), 1),
        new.count, ?, ?, ?, new.entries
      FROM unnest(?::text[], ?::int[], ?::bytea[]) WITH ORDINALITY AS new (stream, count, entries, turn)
      RETURNING stream, first\
      """;

  /** Each stream keeps its last segment, so that its offsets go on. What another node is removing is left to it. */
  static final String TRIM =
      """
      DELETE FROM segment WHERE position IN (
        SELECT old.position FROM segment AS old
        WHERE old.at < ? AND EXISTS (
          SELECT 1 FROM segment AS newer WHERE newer.stream = old.stream AND newer.first > old.first)
        ORDER BY old.position LIMIT ? FOR UPDATE SKIP LOCKED)\
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

  private static final String FORGET_BATCHES =
      """
      DELETE FROM batch WHERE (node, number) IN (
        SELECT node, number FROM batch WHERE at < ? ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED)\
      """;

  private final Batch batch;
  private final Instant at;

  Log(Batch batch, Instant at) {
    this.batch = batch;
    this.at = at;
  }

  /** Before the tail is locked: it may take a while. */
  void trim(Message message) {
    var before = batch.trimBefore();
    if (before == null) return;
    message.add(TRIM, before.toEpochMilli(), Batch.TRIMMED_MAX);
    message.add(
        TRIM_PROGRESS,
        Entry.PROGRESS_FROM,
        Entry.PROGRESS_TO,
        at.minus(Batch.PROGRESS_KEPT).toEpochMilli(),
        Batch.TRIMMED_MAX);
    message.add(FORGET_BATCHES, at.minus(BATCHES_KEPT).toEpochMilli(), Batch.TRIMMED_MAX);
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
        batch.node(),
        batch.number(),
        at.toEpochMilli(),
        streams.keySet().toArray(String[]::new),
        Columns.ints(segments, List::size),
        Columns.bytes(segments, OperationCodec::entries));
  }
}
