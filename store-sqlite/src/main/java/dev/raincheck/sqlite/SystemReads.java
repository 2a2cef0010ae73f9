package dev.raincheck.sqlite;

import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Phase;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads that are not one tenant's. */
final class SystemReads implements Reader.System {
  static final String DUE =
      """
      SELECT id, due FROM operation INDEXED BY operation_due WHERE due <= ? ORDER BY due LIMIT ?\
      """;
  static final String DUE_TOMBSTONES =
      """
      SELECT id, until FROM tombstone INDEXED BY tombstone_until
      WHERE until <= ? ORDER BY until LIMIT ?\
      """;
  static final String NEXT_DUE =
      """
      SELECT due FROM operation INDEXED BY operation_due WHERE due IS NOT NULL ORDER BY due LIMIT 1\
      """;
  static final String NEXT_TOMBSTONE =
      """
      SELECT until FROM tombstone INDEXED BY tombstone_until ORDER BY until LIMIT 1\
      """;

  /** Looks at all that runs, which is little: what has ended is not in this index. */
  static final String ORPHANS =
      """
      SELECT id, owner FROM operation INDEXED BY operation_live
      WHERE state < 7 AND state IN (4, 6) AND operation.owner <> 0
        AND NOT EXISTS (
          SELECT 1 FROM owner WHERE owner.id = operation.owner AND owner.lease_until > ?)
      LIMIT ?\
      """;

  static final String DEPTHS =
      """
      SELECT depth.state, type.text, queue.text, depth.count,
        (SELECT min(created_at) FROM operation INDEXED BY operation_live
         WHERE operation.state < 7 AND operation.state = depth.state
           AND operation.type = depth.type AND operation.queue = depth.queue)
      FROM depth
      JOIN word AS type ON type.id = depth.type
      JOIN word AS queue ON queue.id = depth.queue
      WHERE depth.count > 0 AND depth.state BETWEEN 1 AND 6\
      """;

  static final String LOG =
      """
      SELECT position, stream, first, at, entries, node FROM segment
      WHERE position > ? ORDER BY position LIMIT ?\
      """;

  private record Due(OperationId id, long at) {}

  private final Statements statements;
  private final KeySweep sweep;

  SystemReads(Statements statements, KeySweep sweep) {
    this.statements = statements;
    this.sweep = sweep;
  }

  @Override
  public List<OperationId> due(Instant now, int atMost) {
    try {
      var due = new ArrayList<Due>();
      for (var sql : List.of(DUE, DUE_TOMBSTONES)) {
        var find = statements.of(sql);
        find.setLong(1, now.toEpochMilli());
        find.setInt(2, atMost);
        try (var rows = find.executeQuery()) {
          while (rows.next()) due.add(new Due(PackedKey.id(rows.getBytes(1)), rows.getLong(2)));
        }
      }
      due.sort((a, b) -> Long.compare(a.at, b.at));
      return due.stream().limit(atMost).map(Due::id).toList();
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
      find.setInt(2, atMost);
      var orphans = new ArrayList<Reader.Orphan>();
      try (var rows = find.executeQuery()) {
        while (rows.next())
          orphans.add(new Reader.Orphan(PackedKey.id(rows.getBytes(1)), rows.getLong(2)));
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
      return new DocumentTable(statements).ofKind(kind);
    } catch (SQLException e) {
      throw Snapshot.failed("read documents", e);
    }
  }

  @Override
  public Set<BlobId> referred(Collection<BlobId> blobs) {
    try {
      return new BlobTable(statements).referred(blobs);
    } catch (SQLException e) {
      throw Snapshot.failed("find references to blobs", e);
    }
  }

  @Override
  public Reader.Blobs blobs() {
    try {
      return new BlobTable(statements).totals();
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
        long count = rows.getLong(4);
        long oldest = rows.getLong(5);
        boolean none = rows.wasNull();
        var depth =
            new Reader.Depth(
                kind.type,
                kind.queue,
                kind.word,
                count,
                none ? null : Instant.ofEpochMilli(oldest));
        depths.merge(kind, depth, Reader.Depth::plus);
      }
      return List.copyOf(depths.values());
    } catch (SQLException e) {
      throw Snapshot.failed("count what waits", e);
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
  public long logEnd() {
    try {
      return statements.number(SegmentTable.LAST, 0);
    } catch (SQLException e) {
      throw Snapshot.failed("read the log's end", e);
    }
  }
}
