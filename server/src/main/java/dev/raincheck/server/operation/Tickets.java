package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.server.sign.PurposeKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tickets as text: signed, not stored, so every node reads them and a restart forgets none. The
 * text needs no escaping in a URL.
 */
final class Tickets {
  private static final String PREFIX = "tk_";
  private static final byte VERSION = 1;
  private static final int SIGNATURE_BYTES = 32;
  private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + Integer.BYTES + 1 + Long.BYTES;
  private static final int MAKER_BYTES_MAX = 128;
  private static final int TEXT_CHARS_MAX =
      PREFIX.length() + (FIXED_BYTES + MAKER_BYTES_MAX + SIGNATURE_BYTES) * 4 / 3 + 1;

  private final PurposeKey key;

  /**
   * @param secret the server's, the same on all nodes and after a restart
   */
  Tickets(byte[] secret) {
    key = new PurposeKey(secret, "operation ticket");
  }

  String text(Ticket ticket) {
    byte[] maker = ticket.maker().getBytes(US_ASCII);
    if (maker.length > MAKER_BYTES_MAX) {
      throw new IllegalArgumentException("the credential's name is too long for a ticket");
    }
    byte[] claim =
        ByteBuffer.allocate(FIXED_BYTES + maker.length)
            .put(VERSION)
            .putLong(ticket.operation().hi())
            .putLong(ticket.operation().lo())
            .putInt(ticket.tenant())
            .put(bits(ticket.scopes()))
            .putLong(ticket.until().toEpochMilli())
            .put(maker)
            .array();
    byte[] whole = Arrays.copyOf(claim, claim.length + SIGNATURE_BYTES);
    System.arraycopy(key.sign(claim), 0, whole, claim.length, SIGNATURE_BYTES);
    return PREFIX + encoded(whole);
  }

  /** The ticket if it was signed here, whether or not its time is over; empty for anything else. */
  Optional<Ticket> read(String text) {
    if (!text.startsWith(PREFIX) || text.length() > TEXT_CHARS_MAX) return Optional.empty();
    var signed = text.substring(PREFIX.length());
    byte[] whole;
    try {
      whole = Base64.getUrlDecoder().decode(signed);
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
    // The decoder ignores the last bits, which would give each ticket several texts.
    boolean whole64 = encoded(whole).equals(signed);
    if (!whole64 || whole.length < FIXED_BYTES + SIGNATURE_BYTES) return Optional.empty();
    byte[] claim = Arrays.copyOf(whole, whole.length - SIGNATURE_BYTES);
    byte[] signature = Arrays.copyOfRange(whole, claim.length, whole.length);
    if (!MessageDigest.isEqual(signature, key.sign(claim))) return Optional.empty();

    var in = ByteBuffer.wrap(claim);
    if (in.get() != VERSION) return Optional.empty();
    var operation = new OperationId(in.getLong(), in.getLong());
    int tenant = in.getInt();
    var scopes = scopes(in.get());
    var until = Instant.ofEpochMilli(in.getLong());
    var maker = new String(claim, FIXED_BYTES, claim.length - FIXED_BYTES, US_ASCII);
    return Optional.of(new Ticket(operation, tenant, maker, scopes, until));
  }

  private static byte bits(Set<TicketScope> scopes) {
    int bits = 0;
    for (var scope : scopes) bits |= bit(scope);
    return (byte) bits;
  }

  private static Set<TicketScope> scopes(byte bits) {
    var scopes = EnumSet.noneOf(TicketScope.class);
    for (var scope : TicketScope.values()) if ((bits & bit(scope)) != 0) scopes.add(scope);
    return scopes;
  }

  private static int bit(TicketScope scope) {
    return switch (scope) {
      case READ -> 1;
      case CANCEL -> 2;
    };
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
