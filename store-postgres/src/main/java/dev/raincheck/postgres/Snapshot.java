package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.HandedOver;
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
  static final String OPERATION =
      """
      SELECT o.id, o.asked, l.life FROM operation AS o JOIN life AS l ON l.id = o.id
      WHERE o.id = ? AND o.tenant = ?\
      """;
  static final String TOMBSTONE = "SELECT same_as FROM tombstone WHERE id = ? AND tenant = ?";
  static final String PAYLOAD = "SELECT bytes FROM payload WHERE operation = ? AND part = ?";
  static final String CHUNKS =
      """
      SELECT version, at, kind, media_type, body FROM chunk
      WHERE operation = ? AND version > ? ORDER BY version LIMIT ?\
      """;
  static final String AHEAD =
      """
      SELECT count(*) FROM (
        SELECT 1 FROM life
        WHERE state = 3 AND queue = ? AND (priority, rank, id) < (?::smallint, ?, ?) LIMIT ?) AS before\
      """;

  /** The segment that holds the next offset, and those after it. */
  static final String LOG =
      """
      SELECT position, stream, first, at, entries, node FROM segment
      WHERE stream = ? AND first + count > ? + 1 AND first >=
        coalesce((SELECT max(first) FROM segment WHERE stream = ? AND first <= ? + 1), 1)
      ORDER BY first LIMIT ?\
      """;
  static final String LOG_END = "SELECT first + count - 1 FROM segment WHERE stream = ? ORDER BY first DESC LIMIT 1";

  private static final String DOC =
      "SELECT kind, tenant, id, version, body FROM document WHERE kind = ? AND tenant = ? AND id = ?";

  private final TimedStatements statements;
  private final KeySweep sweep;
  private final Unreadable unreadable;

  Snapshot(TimedStatements statements, KeySweep sweep, Unreadable unreadable) {
    this.statements = statements;
    this.sweep = sweep;
    this.unreadable = unreadable;
  }

  @Override
  public Found operation(int tenant, OperationId id) {
    try {
      var operation = standing(tenant, id);
      if (operation != null) return new Found.Here(operation);
      var buried = statements.of(TOMBSTONE);
      buried.setBytes(1, PackedKey.of(id));
      buried.setInt(2, tenant);
      byte[] sameAs;
      try (var rows = buried.executeQuery()) {
        if (!rows.next()) return new Found.Nothing();
        sameAs = rows.getBytes(1);
      }
      var meant = sameAs == null ? null : standing(tenant, PackedKey.id(sameAs));
      return meant == null ? new Found.Gone() : new Found.Here(meant);
    } catch (SQLException e) {
      throw failed("read an operation", e);
    }
  }

  private @Nullable Operation standing(int tenant, OperationId id) throws SQLException {
    var find = statements.of(OPERATION);
    find.setBytes(1, PackedKey.of(id));
    find.setInt(2, tenant);
    try (var rows = find.executeQuery()) {
      if (!rows.next()) return null;
      var operation = unreadable.read(rows);
      if (operation == null) throw new StoreException(id + " cannot be read by this version of Raincheck");
      return operation;
    }
  }

  @Override
  public List<HandedOver> handedOver(OperationId id, int atMost) {
    try {
      return Submissions.before(statements, id, atMost);
    } catch (SQLException e) {
      throw failed("read what was handed over", e);
    }
  }

  @Override
  public Optional<byte[]> payload(OperationId id, Payload.Part part) {
    try {
      var find = statements.of(PAYLOAD);
      find.setBytes(1, PackedKey.of(id));
      find.setInt(2, part == Payload.Part.INPUT ? 0 : 1);
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
      return new Listing(statements, unreadable, filter, after, limit).page();
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
                  rows.getInt(3) == 0 ? Row.Chunk.Kind.LOG : Row.Chunk.Kind.OUTPUT,
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
      find.setString(3, stream);
      find.setLong(4, offset);
      find.setInt(5, atMost);
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
        byte[] packed = rows.getBytes(5);
        List<Entry> entries = packed == null ? List.of() : OperationCodec.entries(stream, packed);
        var at = Instant.ofEpochMilli(rows.getLong(4));
        segments.add(new Segment(rows.getLong(1), stream, rows.getLong(3), at, entries, rows.getLong(6)));
      }
    }
    return segments;
  }

  @Override
  public long logEnd(String stream) {
    try {
      var find = statements.of(LOG_END);
      find.setString(1, stream);
      try (var rows = find.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    } catch (SQLException e) {
      throw failed("read the log's end", e);
    }
  }

  @Override
  public Optional<Row.Doc> doc(Key.Doc key) {
    try {
      var find = statements.of(DOC);
      find.setString(1, key.kind());
      find.setInt(2, key.tenant());
      find.setBytes(3, key.id().getBytes(UTF_8));
      try (var rows = find.executeQuery()) {
        return rows.next() ? Optional.of(Documents.read(rows)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw failed("read a document", e);
    }
  }

  @Override
  public Reader.System system() {
    return new SystemReads(statements, sweep, unreadable);
  }

  static StoreException failed(String what, SQLException e) {
    return Failures.of(e) == Failures.TIME ? Readers.tooLong(e) : Failures.storeException(what, e);
  }
}
