package dev.raincheck.postgres;

import static dev.raincheck.ledger.PackedKey.id;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operations that this version cannot read: a newer node wrote them. They stop nobody, because this node
 * passes over them; the row is left as it is, so that a node that can read it finds it.
 */
final class Unreadable {
  private static final Logger log = LoggerFactory.getLogger(Unreadable.class);

  /** More than this are not remembered, and may be looked at again and again. */
  private static final int MAX = 10_000;

  private final Set<OperationId> known = ConcurrentHashMap.newKeySet();

  /** The operation of a row of id, asked and life; null if it cannot be read, which is remembered. */
  @Nullable Operation read(ResultSet row) throws SQLException {
    var id = id(row.getBytes(1));
    try {
      var operation = OperationCodec.read(id, row.getBytes(2), row.getBytes(3));
      if (!known.isEmpty()) known.remove(id);
      return operation;
    } catch (RuntimeException e) {
      // Whatever is wrong with these bytes, they are one row's and nobody else's.
      if (known.size() < MAX && known.add(id)) log.error("{} cannot be read by this version and is passed over", id);
      return null;
    }
  }

  boolean has(OperationId id) {
    return known.contains(id);
  }

  int count() {
    return known.size();
  }

  /** Their ids, for statements that pass over them. */
  byte[][] ids() {
    return known.stream().map(PackedKey::of).toArray(byte[][]::new);
  }
}
