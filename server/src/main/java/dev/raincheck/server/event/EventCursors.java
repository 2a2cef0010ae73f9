package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.server.sign.PurposeKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;

/**
 * Where a tenant's stream goes on, as text for clients: an offset and a signature over it, the tenant and
 * what the stream is of. So it means nothing to another tenant or in another stream, and none can be made up.
 */
final class EventCursors {
  private static final byte VERSION = 1;
  private static final int OFFSET_BYTES = 1 + Long.BYTES;

  /** Half of the hash: 128 bits are more than anybody can try. */
  private static final int SIGNATURE_BYTES = 16;

  private final PurposeKey signing;

  /**
   * @param secret the server's, the same on all nodes and after a restart
   */
  EventCursors(byte[] secret) {
    signing = new PurposeKey(secret, "event cursor");
  }

  /** @param meaning what the stream is of: its topic and filters */
  String write(int tenant, String meaning, long offset) {
    var plain = ByteBuffer.allocate(OFFSET_BYTES).put(VERSION).putLong(offset).array();
    var signature = signature(tenant, meaning, plain);
    var all = ByteBuffer.allocate(OFFSET_BYTES + SIGNATURE_BYTES).put(plain).put(signature);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
  }

  /** Empty if it was not written here, for this tenant and this meaning. */
  OptionalLong read(int tenant, String meaning, String cursor) {
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException noBase64) {
      return OptionalLong.empty();
    }
    if (all.length != OFFSET_BYTES + SIGNATURE_BYTES) return OptionalLong.empty();
    var given = Arrays.copyOfRange(all, OFFSET_BYTES, all.length);
    var plain = Arrays.copyOf(all, OFFSET_BYTES);
    if (!MessageDigest.isEqual(signature(tenant, meaning, plain), given)) return OptionalLong.empty();
    var offset = ByteBuffer.wrap(plain);
    return offset.get() == VERSION ? OptionalLong.of(offset.getLong()) : OptionalLong.empty();
  }

  private byte[] signature(int tenant, String meaning, byte[] plain) {
    var meant = ("tenant=" + tenant + "\n" + meaning).getBytes(UTF_8);
    var signed = ByteBuffer.allocate(plain.length + meant.length).put(plain).put(meant);
    return Arrays.copyOf(signing.sign(signed.array()), SIGNATURE_BYTES);
  }
}
