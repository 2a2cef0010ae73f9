package dev.raincheck.sqlite;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.StoreException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads of one snapshot. */
final class Snapshot implements Reader {
  static final String OPERATION = "SELECT tenant, state, asked, life FROM operation WHERE id = ?";
  static final String TOMBSTONE = "SELECT tenant FROM tombstone WHERE id = ?";
  static final String PAYLOAD =
      """
      SELECT bytes FROM payload
      WHERE payload.id = (SELECT operation.row * 2 + ? FROM operation WHERE operation.id = ?)\
      """;
  static final String CHUNKS =
      """
      SELECT version, at, kind, media_type, body FROM chunk
      WHERE operation = (SELECT row FROM operation WHERE id = ?) AND version > ?
      ORDER BY version LIMIT ?\
      """;
  static final String AHEAD =
      """
      SELECT count(*) FROM (
        SELECT 1 FROM operation INDEXED BY operation_ready
        WHERE state = 3 AND queue = (SELECT id FROM word WHERE text = ?)
          AND (priority, rank, id) < (?, ?, ?)
        LIMIT ?)\
      """;

  static final String SET_ASIDE = "SELECT sum(count) FROM depth WHERE state = 0";

  /** The segment that holds the next offset, and those after it. */
  static final String LOG =
      """
      SELECT position, stream, first, at, entries, node FROM segment INDEXED BY segment_stream
      WHERE stream = ?1 AND first + count > ?2 + 1 AND first >=
        coalesce((SELECT max(first) FROM segment INDEXED BY segment_stream
                  WHERE stream = ?1 AND first <= ?2 + 1), 1)
      ORDER BY first LIMIT ?3\
      """;

  private final Statements statements;
  private final KeySweep sweep;

  Snapshot(Statements statements, KeySweep sweep) {
    this.statements = statements;
    this.sweep = sweep;
  }

  @Override
  public Found operation(int tenant, OperationId id) {
    try {
      var find = statements.of(OPERATION);
      find.setBytes(1, PackedKey.of(id));
      try (var rows = find.executeQuery()) {
        if (rows.next()) {
          if (rows.getInt(1) != tenant) return new Found.Nothing();
          var operation =
              OperationTable.operation(PackedKey.of(id), rows.getBytes(3), rows.getBytes(4));
          if (operation == null)
            throw new StoreException(id + " cannot be read by this version of Raincheck");
          return new Found.Here(operation);
        }
      }
      var buried = statements.of(TOMBSTONE);
      buried.setBytes(1, PackedKey.of(id));
      try (var rows = buried.executeQuery()) {
        return rows.next() && rows.getInt(1) == tenant ? new Found.Gone() : new Found.Nothing();
      }
    } catch (SQLException e) {
      throw failed("read an operation", e);
    }
  }

  @Override
  public Optional<byte[]> payload(OperationId id, Payload.Part part) {
    try {
      var find = statements.of(PAYLOAD);
      find.setLong(1, PayloadTable.id(0, part));
      find.setBytes(2, PackedKey.of(id));
      try (var rows = find.executeQuery()) {
        return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw failed("read a payload", e);
    }
  }

  @Override
  public Page list(Filter filter, @Nullable Position after, int limit) {
    try {
      return new Listing(statements, filter, after, limit).page();
    } catch (SQLException e) {
      throw failed("list operations", e);
    }
  }

  @Override
  public List<Row.Chunk> chunks(OperationId id, int afterVersion, int atMost) {
    try {
      var find = statements.of(CHUNKS);
      find.setBytes(1, PackedKey.of(id));
      find.setInt(2, afterVersion);
      find.setInt(3, atMost);
      var chunks = new ArrayList<Row.Chunk>();
      try (var rows = find.executeQuery()) {
        while (rows.next()) {
          chunks.add(
              new Row.Chunk(
                  id,
                  rows.getInt(1),
                  Instant.ofEpochMilli(rows.getLong(2)),
                  ChunkTable.kind(rows.getInt(3)),
                  rows.getString(4),
                  rows.getBytes(5)));
        }
      }
      return chunks;
    } catch (SQLException e) {
      throw failed("read chunks", e);
    }
  }

  @Override
  public int ahead(Operation operation, int atMost) {
    try {
      var count = statements.of(AHEAD);
      count.setString(1, operation.submission().queue());
      count.setInt(2, operation.submission().priority());
      count.setLong(3, operation.rank());
      count.setBytes(4, PackedKey.of(operation.id()));
      count.setInt(5, atMost);
      try (var rows = count.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    } catch (SQLException e) {
      throw failed("count what is ahead", e);
    }
  }

  @Override
  public List<Segment> log(String stream, long offset, int atMost) {
    try {
      var find = statements.of(LOG);
      find.setString(1, stream);
      find.setLong(2, offset);
      find.setInt(3, atMost);
      return segments(find);
    } catch (SQLException e) {
      throw failed("read the log", e);
    }
  }

  /** Of a query for position, stream, first, at, entries and node. */
  static List<Segment> segments(PreparedStatement query) throws SQLException {
    var segments = new ArrayList<Segment>();
    try (var rows = query.executeQuery()) {
      while (rows.next()) {
        var stream = rows.getString(2);
        List<Entry> entries = OperationCodec.entries(stream, rows.getBytes(5));
        var at = Instant.ofEpochMilli(rows.getLong(4));
        segments.add(new Segment(rows.getLong(1), stream, rows.getLong(3), at, entries, rows.getLong(6)));
      }
    }
    return segments;
  }

  @Override
  public long logEnd(String stream) {
    try {
      var find = statements.of(SegmentTable.HEAD);
      find.setString(1, stream);
      try (var rows = find.executeQuery()) {
        return rows.next() ? rows.getLong(1) - 1 : 0;
      }
    } catch (SQLException e) {
      throw failed("read the log's end", e);
    }
  }

  @Override
  public Optional<Row.Doc> doc(Key.Doc key) {
    try {
      return new DocumentTable(statements).find(key);
    } catch (SQLException e) {
      throw failed("read a document", e);
    }
  }

  @Override
  public Reader.System system() {
    return new SystemReads(statements, sweep);
  }

  /** Whether a batch was committed. */
  boolean stood(long node, long batch) {
    try {
      var find = statements.of(BatchTable.STOOD);
      find.setLong(1, node);
      find.setLong(2, batch);
      try (var rows = find.executeQuery()) {
        return rows.next() && rows.getInt(1) == 1;
      }
    } catch (SQLException e) {
      throw failed("look for a batch", e);
    }
  }

  /** How many operations cannot be read. */
  long setAside() {
    try {
      return statements.number(SET_ASIDE, 0);
    } catch (SQLException e) {
      throw failed("count what is set aside", e);
    }
  }

  static StoreException failed(String what, SQLException e) {
    return Failures.of(e) == Failures.INTERRUPTED
        ? Readers.tooLong(e)
        : Failures.storeException(what, e);
  }
}
