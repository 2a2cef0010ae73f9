package dev.raincheck.sqlite;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.OperationCodec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The log's end, as the writer sees it: offsets are given here and nowhere else. */
final class SegmentTable {
  private static final String INSERT =
      """
      INSERT INTO segment (position, stream, first, count, node, batch, at, entries)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)\
      """;
  static final String HEAD =
      """
      SELECT first + count FROM segment INDEXED BY segment_stream
      WHERE stream = ? ORDER BY first DESC LIMIT 1\
      """;
  /** Time rises with the position, so the oldest come first. */
  private static final String OLDEST =
      """
      SELECT max(position) FROM
        (SELECT position, at FROM segment ORDER BY position LIMIT ?)
      WHERE at < ?\
      """;
  static final String TRIM =
      """
      DELETE FROM segment
      WHERE position <= ? AND EXISTS (
        SELECT 1 FROM segment AS newer INDEXED BY segment_stream
        WHERE newer.stream = segment.stream AND newer.first > segment.first)\
      """;
  /** The last of all stays, whatever it tells: positions go on from it. */
  static final String TRIM_PROGRESS =
      """
      DELETE FROM segment WHERE position IN (
        SELECT position FROM segment INDEXED BY segment_stream
        WHERE stream >= ? AND stream < ? AND at < ? LIMIT ?)
      AND position < (SELECT max(position) FROM segment)\
      """;
  static final String LAST = "SELECT max(position) FROM segment";

  /** More streams than this are read again when they are next written. */
  private static final int HEADS_MAX = 10_000;

  private final Statements statements;
  private final Map<String, Long> heads = new HashMap<>();
  private final Map<String, Long> uncommitted = new HashMap<>();
  private long position;
  private long uncommittedPosition;

  SegmentTable(Statements statements) throws SQLException {
    this.statements = statements;
    position = statements.number(LAST, 0);
    uncommittedPosition = position;
  }

  /** Appends a batch's entries, a segment for each stream, and gives the first offset of each. */
  Map<String, Long> append(Batch batch, long at) throws SQLException {
    var streams = new LinkedHashMap<String, List<Entry>>();
    for (var entry : batch.entries()) {
      streams.computeIfAbsent(entry.stream(), _ -> new ArrayList<>()).add(entry);
    }
    var firsts = new HashMap<String, Long>();
    for (var one : streams.entrySet()) {
      long first = head(one.getKey());
      var insert = statements.of(INSERT);
      insert.setLong(1, ++uncommittedPosition);
      insert.setString(2, one.getKey());
      insert.setLong(3, first);
      insert.setInt(4, one.getValue().size());
      insert.setLong(5, batch.node());
      insert.setLong(6, batch.number());
      insert.setLong(7, at);
      insert.setBytes(8, OperationCodec.entries(one.getValue()));
      insert.executeUpdate();
      uncommitted.put(one.getKey(), first + one.getValue().size());
      firsts.put(one.getKey(), first);
    }
    return firsts;
  }

  /** Drops the oldest segments; each stream keeps its last one, so that its offsets go on. Progress goes sooner. */
  void trim(long before, long now) throws SQLException {
    var progress = statements.of(TRIM_PROGRESS);
    progress.setString(1, Entry.PROGRESS_FROM);
    progress.setString(2, Entry.PROGRESS_TO);
    progress.setLong(3, now - Batch.PROGRESS_KEPT.toMillis());
    progress.setInt(4, Batch.TRIMMED_MAX);
    progress.executeUpdate();
    var oldest = statements.of(OLDEST);
    oldest.setInt(1, Batch.TRIMMED_MAX);
    oldest.setLong(2, before);
    long last;
    try (var rows = oldest.executeQuery()) {
      last = rows.next() ? rows.getLong(1) : 0;
    }
    if (last == 0) return;
    var trim = statements.of(TRIM);
    trim.setLong(1, last);
    trim.executeUpdate();
  }

  void committed() {
    if (heads.size() > HEADS_MAX) heads.clear();
    heads.putAll(uncommitted);
    uncommitted.clear();
    position = uncommittedPosition;
  }

  void rolledBack() {
    uncommitted.clear();
    uncommittedPosition = position;
  }

  /** The offset that a stream's next entry gets. */
  private long head(String stream) throws SQLException {
    var known = heads.get(stream);
    if (known != null) return known;
    var head = statements.of(HEAD);
    head.setString(1, stream);
    try (var rows = head.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 1;
    }
  }
}
