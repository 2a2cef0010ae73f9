package dev.raincheck.postgres;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.blob.BlobWriter;
import dev.raincheck.blob.NoRoomException;
import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.PackedKey;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as rows, a piece each. Every piece is a transaction of its own, so that no client, however slow,
 * holds one open. The pieces are not waited for; the commit that finishes a blob is, and PostgreSQL's log has
 * one order, so with it all of them are durable.
 */
final class PostgresBlobs implements BlobStore {
  private static final Logger log = LoggerFactory.getLogger(PostgresBlobs.class);

  /** What a reader or a writer holds in memory. */
  static final int PIECE_BYTES = 128 << 10;

  private static final String NOW = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
  private static final String BEGIN = "INSERT INTO blob (id, written_at) VALUES (?, " + NOW + ")";

  /** Locks the blob, so that no piece comes behind its deletion. */
  private static final String WRITE =
      """
      WITH alive AS (UPDATE blob SET written_at = %s WHERE id = ? AND size IS NULL RETURNING id)
      INSERT INTO blob_piece (blob, n, bytes) SELECT id, ?, ? FROM alive\
      """
          .formatted(NOW);
  private static final String FINISH =
      "UPDATE blob SET size = ?, written_at = " + NOW + " WHERE id = ? AND size IS NULL";
  private static final String SIZE = "SELECT size FROM blob WHERE id = ? AND size IS NOT NULL";
  private static final String PIECE = "SELECT bytes FROM blob_piece WHERE blob = ? AND n = ?";
  private static final String DELETE = "DELETE FROM blob WHERE id = ?";
  private static final String DELETE_PIECES = "DELETE FROM blob_piece WHERE blob = ?";
  private static final String LIST = "SELECT id, written_at FROM blob WHERE id > ? ORDER BY id LIMIT ?";

  private final DataSource pool;
  private final boolean strict;

  /** @param strict whether a finished blob must have reached the disk */
  PostgresBlobs(DataSource pool, boolean strict) {
    this.pool = pool;
    this.strict = strict;
  }

  /** One short transaction. */
  private interface Work<T> {
    T on(Connection connection) throws SQLException, IOException;
  }

  private <T> T run(Work<T> work) throws IOException {
    try (var connection = pool.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      if (Failures.of(e) == Failures.FULL) throw new NoRoomException("PostgreSQL has no room: " + Failures.name(e), e);
      throw new IOException("PostgreSQL cannot keep blobs now: " + Failures.name(e), e);
    }
  }

  /** Changes rows; gives how many. The pool's connections do not wait for the disk unless they are told to. */
  private int change(String sql, boolean durable, Object... values) throws IOException {
    return run(
        connection -> {
          connection.setAutoCommit(false);
          if (durable && strict) {
            try (var wait = connection.createStatement()) {
              wait.execute("SET LOCAL synchronous_commit = DEFAULT");
            }
          }
          try (var change = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) change.setObject(i + 1, values[i]);
            int count = change.executeUpdate();
            connection.commit();
            return count;
          }
        });
  }

  @Override
  public BlobWriter begin(BlobId id) throws IOException {
    change(BEGIN, false, PackedKey.of(id));
    return new Writing(id);
  }

  private final class Writing implements BlobWriter {
    private final BlobId id;
    private final byte[] piece = new byte[PIECE_BYTES];
    private int filled;
    private int written;
    private boolean finished;

    Writing(BlobId id) {
      this.id = id;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        int some = Math.min(left, PIECE_BYTES - filled);
        System.arraycopy(bytes, from, piece, filled, some);
        filled += some;
        from += some;
        left -= some;
        if (filled == PIECE_BYTES) flush();
      }
    }

    private void flush() throws IOException {
      if (filled == 0) return;
      byte[] bytes = filled == PIECE_BYTES ? piece : Arrays.copyOf(piece, filled);
      if (change(WRITE, false, PackedKey.of(id), written, bytes) == 0) throw gone();
      written++;
      if (filled < PIECE_BYTES) return; // The last one; its length is still needed.
      filled = 0;
    }

    @Override
    public void finish() throws IOException {
      flush();
      boolean shortLast = filled > 0;
      long size = (long) (shortLast ? written - 1 : written) * PIECE_BYTES + filled;
      if (change(FINISH, true, size, PackedKey.of(id)) == 0) throw gone();
      finished = true;
    }

    private IOException gone() {
      return new IOException("the blob " + id + " was deleted while it was written");
    }

    @Override
    public void close() {
      if (finished) return;
      try {
        delete(id);
      } catch (IOException e) {
        log.debug("what there is of the blob {} is left to the sweep", id, e);
      }
    }
  }

  @Override
  public Optional<InputStream> open(BlobId id, long offset) throws IOException {
    long size =
        run(
            connection -> {
              try (var find = connection.prepareStatement(SIZE)) {
                find.setBytes(1, PackedKey.of(id));
                try (var rows = find.executeQuery()) {
                  return rows.next() ? rows.getLong(1) : -1L;
                }
              }
            });
    return size < 0 ? Optional.empty() : Optional.of(new Reading(id, offset, size));
  }

  /** Reads a piece when it is wanted, and holds no connection in between. */
  private final class Reading extends InputStream {
    private final BlobId id;
    private final long size;
    private long at;
    private int loaded = -1;
    private byte[] piece = new byte[0];

    Reading(BlobId id, long offset, long size) {
      this.id = id;
      this.at = offset;
      this.size = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) return 0;
      if (at >= size) return -1;
      load((int) (at / PIECE_BYTES));
      int from = (int) (at % PIECE_BYTES);
      int some = Math.min(length, piece.length - from);
      System.arraycopy(piece, from, into, offset, some);
      at += some;
      return some;
    }

    private void load(int n) throws IOException {
      if (n == loaded) return;
      byte[] found =
          run(
              connection -> {
                try (var find = connection.prepareStatement(PIECE)) {
                  find.setBytes(1, PackedKey.of(id));
                  find.setInt(2, n);
                  try (var rows = find.executeQuery()) {
                    return rows.next() ? rows.getBytes(1) : new byte[0];
                  }
                }
              });
      long wanted = Math.min(PIECE_BYTES, size - (long) n * PIECE_BYTES);
      if (found.length != wanted) throw new IOException("the blob " + id + " was deleted while it was read");
      piece = found;
      loaded = n;
    }
  }

  @Override
  public void delete(BlobId id) throws IOException {
    run(
        connection -> {
          connection.setAutoCommit(false);
          for (var sql : List.of(DELETE, DELETE_PIECES)) {
            try (var delete = connection.prepareStatement(sql)) {
              delete.setBytes(1, PackedKey.of(id));
              delete.executeUpdate();
            }
          }
          connection.commit();
          return id;
        });
  }

  @Override
  public List<Stored> list(@Nullable BlobId after, int atMost) throws IOException {
    return run(
        connection -> {
          var stored = new ArrayList<Stored>();
          try (var list = connection.prepareStatement(LIST)) {
            list.setBytes(1, after == null ? new byte[0] : PackedKey.of(after));
            list.setInt(2, atMost);
            try (var rows = list.executeQuery()) {
              while (rows.next()) {
                stored.add(new Stored(PackedKey.blob(rows.getBytes(1)), Instant.ofEpochMilli(rows.getLong(2))));
              }
            }
          }
          return stored;
        });
  }
}
