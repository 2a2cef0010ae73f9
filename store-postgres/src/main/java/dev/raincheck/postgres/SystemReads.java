package dev.raincheck.postgres;

import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.HandedOver;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Phase;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads that are not one tenant's. */
final class SystemReads implements Reader.System {
  static final String DUE = "SELECT id, due FROM life WHERE due <= ? ORDER BY due, id LIMIT ?";
  static final String DUE_TOMBSTONES =
      "SELECT id, until FROM tombstone WHERE until <= ? ORDER BY until, id LIMIT ?";
  static final String NEXT_DUE = "SELECT due FROM life WHERE due IS NOT NULL ORDER BY due, id LIMIT 1";
  static final String NEXT_TOMBSTONE = "SELECT until FROM tombstone ORDER BY until, id LIMIT 1";

  /** Looks at all that runs, which is little: what has ended is not in this index. */
  static final String ORPHANS =
      """
      SELECT id, owner FROM life
      WHERE state < 7 AND state IN (4, 6) AND owner <> 0
        AND NOT EXISTS (SELECT 1 FROM owner WHERE owner.id = life.owner AND owner.lease_until > ?)
      LIMIT ?\
      """;

  /** Counts in the index of what is under way: nodes would wait for each other at a count kept in a row. */
  static final String DEPTHS =
      """
      SELECT state, type, queue, count(*), min(created_at) FROM life
      WHERE state < 7 GROUP BY state, type, queue ORDER BY state, type, queue\
      """;
  static final String DOCS =
      "SELECT kind, tenant, id, version, body FROM document WHERE kind = ? AND version > 0 ORDER BY tenant, id";
  static final String LOG =
      """
      SELECT position, stream, first, at, entries, node FROM segment
      WHERE position > ? ORDER BY position LIMIT ?\
      """;
  static final String LOG_OF_OTHERS =
      """
      SELECT position, stream, first, at, CASE WHEN node = ? THEN NULL ELSE entries END, node FROM segment
      WHERE position > ? ORDER BY position LIMIT ?\
      """;
  private static final String LOG_END = "SELECT max(position) FROM segment";

  static final String REFERRED = "SELECT DISTINCT blob FROM blob_reference WHERE blob = ANY (?)";
  private static final String BLOBS =
      """
      SELECT count(*), coalesce(sum(size), 0) FROM (SELECT max(size) AS size FROM blob_reference GROUP BY blob) AS one\
      """;

  private record Due(OperationId id, long at) {}

  private final TimedStatements statements;
  private final KeySweep sweep;
  private final Unreadable unreadable;

  SystemReads(TimedStatements statements, KeySweep sweep, Unreadable unreadable) {
    this.statements = statements;
    this.sweep = sweep;
    this.unreadable = unreadable;
  }

  @Override
  public List<OperationId> due(Instant now, int atMost) {
    try {
      var due = new ArrayList<Due>();
      for (var sql : List.of(DUE, DUE_TOMBSTONES)) {
        var find = statements.of(sql);
        find.setLong(1, now.toEpochMilli());
        find.setInt(2, atMost + unreadable.count());
        try (var rows = find.executeQuery()) {
          while (rows.next()) due.add(new Due(PackedKey.id(rows.getBytes(1)), rows.getLong(2)));
        }
      }
      return due.stream()
          .filter(one -> !unreadable.has(one.id))
          .sorted(Comparator.comparingLong(Due::at).thenComparing(Due::id))
          .limit(atMost)
          .map(Due::id)
          .toList();
    } catch (SQLException e) {
      throw Snapshot.failed("find what is due", e);
    }
  }

  @Override
  public @Nullable Instant nextDue() {
    try {
      long next = statements.number(NEXT_DUE, Long.MAX_VALUE);
      next = Math.min(next, statements.number(NEXT_TOMBSTONE, Long.MAX_VALUE));
      return next == Long.MAX_VALUE ? null : Instant.ofEpochMilli(next);
    } catch (SQLException e) {
      throw Snapshot.failed("find what is due next", e);
    }
  }

  @Override
  public List<Reader.Orphan> orphans(Instant now, int atMost) {
    try {
      var find = statements.of(ORPHANS);
      find.setLong(1, now.toEpochMilli());
      find.setInt(2, atMost + unreadable.count());
      var orphans = new ArrayList<Reader.Orphan>();
      try (var rows = find.executeQuery()) {
        while (rows.next() && orphans.size() < atMost) {
          var id = PackedKey.id(rows.getBytes(1));
          if (!unreadable.has(id)) orphans.add(new Reader.Orphan(id, rows.getLong(2)));
        }
      }
      return orphans;
    } catch (SQLException e) {
      throw Snapshot.failed("find orphans", e);
    }
  }

  @Override
  public List<Row.Idem> staleKeys(Instant now, int atMost) {
    try {
      return sweep.stale(statements, now, atMost);
    } catch (SQLException e) {
      throw Snapshot.failed("find stale keys", e);
    }
  }

  @Override
  public List<Row.Doc> docs(String kind) {
    try {
      var find = statements.of(DOCS);
      find.setString(1, kind);
      var docs = new ArrayList<Row.Doc>();
      try (var rows = find.executeQuery()) {
        while (rows.next()) docs.add(Documents.read(rows));
      }
      return docs;
    } catch (SQLException e) {
      throw Snapshot.failed("read documents", e);
    }
  }

  @Override
  public Set<BlobId> referred(Collection<BlobId> blobs) {
    try {
      var find = statements.of(REFERRED);
      var ids = blobs.stream().map(PackedKey::of).toArray(byte[][]::new);
      find.setArray(1, find.getConnection().createArrayOf("bytea", ids));
      var found = new HashSet<BlobId>();
      try (var rows = find.executeQuery()) {
        while (rows.next()) found.add(PackedKey.blob(rows.getBytes(1)));
      }
      return found;
    } catch (SQLException e) {
      throw Snapshot.failed("find references to blobs", e);
    }
  }

  @Override
  public Reader.Blobs blobs() {
    try (var rows = statements.of(BLOBS).executeQuery()) {
      return rows.next() ? new Reader.Blobs(rows.getLong(1), rows.getLong(2)) : new Reader.Blobs(0, 0);
    } catch (SQLException e) {
      throw Snapshot.failed("count blobs", e);
    }
  }

  @Override
  public List<Reader.Depth> depths() {
    record Kind(String type, String queue, String word) {}
    Map<Kind, Reader.Depth> depths = new LinkedHashMap<>();
    try (var rows = statements.of(DEPTHS).executeQuery()) {
      while (rows.next()) {
        var kind = new Kind(rows.getString(2), rows.getString(3), Phase.word(rows.getInt(1)));
        var oldest = Instant.ofEpochMilli(rows.getLong(5));
        var depth = new Reader.Depth(kind.type, kind.queue, kind.word, rows.getLong(4), oldest);
        depths.merge(kind, depth, Reader.Depth::plus);
      }
      return List.copyOf(depths.values());
    } catch (SQLException e) {
      throw Snapshot.failed("count what waits", e);
    }
  }

  @Override
  public boolean isHandedOver() {
    try (var rows = statements.of(Submissions.ANY).executeQuery()) {
      return rows.next() && rows.getBoolean(1);
    } catch (SQLException e) {
      throw Snapshot.failed("look for what was handed over", e);
    }
  }

  @Override
  public List<HandedOver> handedOver(long order, int atMost) {
    try {
      return Submissions.after(statements, order, atMost);
    } catch (SQLException e) {
      throw Snapshot.failed("read what was handed over", e);
    }
  }

  @Override
  public List<OperationId> completions(int atMost) {
    try {
      var find = statements.of(Submissions.COMPLETIONS);
      find.setInt(1, atMost);
      var completions = new ArrayList<OperationId>();
      try (var rows = find.executeQuery()) {
        while (rows.next()) completions.add(PackedKey.id(rows.getBytes(1)));
      }
      return completions;
    } catch (SQLException e) {
      throw Snapshot.failed("read what applications completed", e);
    }
  }

  @Override
  public List<Reader.Segment> log(long position, int atMost) {
    try {
      var find = statements.of(LOG);
      find.setLong(1, position);
      find.setInt(2, atMost);
      return Snapshot.segments(find);
    } catch (SQLException e) {
      throw Snapshot.failed("read the log", e);
    }
  }

  @Override
  public List<Reader.Segment> logOfOthers(long position, int atMost, long node) {
    try {
      var find = statements.of(LOG_OF_OTHERS);
      find.setLong(1, node);
      find.setLong(2, position);
      find.setInt(3, atMost);
      return Snapshot.segments(find);
    } catch (SQLException e) {
      throw Snapshot.failed("read the log", e);
    }
  }

  @Override
  public long logEnd() {
    try {
      return statements.number(LOG_END, 0);
    } catch (SQLException e) {
      throw Snapshot.failed("read the log's end", e);
    }
  }
}
