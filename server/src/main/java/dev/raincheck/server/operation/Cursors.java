package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.server.sign.PurposeKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a list goes on, as text for clients: a position and a signature over it, the tenant and the
 * filters. So a cursor means nothing to another tenant or in another list, and none can be made up.
 */
final class Cursors {
  private static final byte VERSION = 1;
  private static final int POSITION_BYTES = 1 + Long.BYTES + Integer.BYTES + 2 * Long.BYTES;
  /** Half of the hash: 128 bits are more than anybody can try. */
  private static final int SIGNATURE_BYTES = 16;

  private final PurposeKey key;

  /**
   * @param secret the server's, the same on all nodes and after a restart
   */
  Cursors(byte[] secret) {
    key = new PurposeKey(secret, "list cursor");
  }

  String write(Reader.Filter filter, Reader.Position position) {
    var at = position.createdAt();
    var bytes =
        ByteBuffer.allocate(POSITION_BYTES + SIGNATURE_BYTES)
            .put(VERSION)
            .putLong(at.getEpochSecond())
            .putInt(at.getNano())
            .putLong(position.id().hi())
            .putLong(position.id().lo());
    var signature = signature(filter, Arrays.copyOf(bytes.array(), POSITION_BYTES));
    bytes.put(signature);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Empty if it was not written here, for this tenant and these filters. */
  Optional<Reader.Position> read(Reader.Filter filter, String cursor) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
    if (bytes.length != POSITION_BYTES + SIGNATURE_BYTES) return Optional.empty();
    var signature = signature(filter, Arrays.copyOf(bytes, POSITION_BYTES));
    var given = Arrays.copyOfRange(bytes, POSITION_BYTES, bytes.length);
    if (!MessageDigest.isEqual(signature, given)) return Optional.empty();

    var position = ByteBuffer.wrap(bytes);
    if (position.get() != VERSION) return Optional.empty();
    var at = Instant.ofEpochSecond(position.getLong(), position.getInt());
    var id = new OperationId(position.getLong(), position.getLong());
    return Optional.of(new Reader.Position(at, id));
  }

  private byte[] signature(Reader.Filter filter, byte[] position) {
    var meant = meaning(filter).getBytes(UTF_8);
    var signed = ByteBuffer.allocate(position.length + meant.length).put(position).put(meant);
    return Arrays.copyOf(key.sign(signed.array()), SIGNATURE_BYTES);
  }

  /** A line for each restriction; no value can hold a line feed. */
  private static String meaning(Reader.Filter filter) {
    var lines = new StringBuilder("tenant=").append(filter.tenant()).append('\n');
    filter.statuses().forEach(status -> line(lines, "status", status));
    line(lines, "type", filter.type());
    line(lines, "tag", filter.tag());
    line(lines, "correlation_id", filter.correlationId());
    line(lines, "parent_id", filter.parent());
    line(lines, "dead", filter.dead());
    line(lines, "created_after", filter.createdAfter());
    line(lines, "created_before", filter.createdBefore());
    return lines.toString();
  }

  private static void line(StringBuilder lines, String name, @Nullable Object value) {
    if (value != null) lines.append(name).append('=').append(value).append('\n');
  }
}
