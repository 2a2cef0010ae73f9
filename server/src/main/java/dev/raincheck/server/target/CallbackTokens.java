package dev.raincheck.server.target;

import dev.raincheck.ledger.OperationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads the tokens of call backs. They are signed, not stored: every node with the same
 * secret reads them, and a restart forgets none.
 */
public final class CallbackTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES_MIN = 32;
  private static final int CLAIM_BYTES = Integer.BYTES + 5 * Long.BYTES;
  private static final int TOKEN_BYTES = CLAIM_BYTES + 32;
  private static final int TOKEN_CHARS = (TOKEN_BYTES * 4 + 2) / 3;

  /** Signed along, so that a signature made for another purpose is none here. */
  private static final byte[] PURPOSE =
      "raincheck callback 2\n".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec key;

  /**
   * @param secret the server's, at least 32 bytes
   */
  public CallbackTokens(byte[] secret) {
    if (secret.length < SECRET_BYTES_MIN) {
      throw new IllegalArgumentException("the server's secret must have at least 32 bytes");
    }
    this.key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** The token's text: 102 characters that need no escaping in a URL. */
  public String text(CallbackToken token) {
    // A fraction of a second is rounded up: a token never ends before its attempt.
    long seconds = token.until().plusNanos(999_999_999).getEpochSecond();
    byte[] claim =
        ByteBuffer.allocate(CLAIM_BYTES)
            .putInt(token.tenant())
            .putLong(token.operation().hi())
            .putLong(token.operation().lo())
            .putLong(token.epoch())
            .putLong(seconds)
            .putLong(token.resultMax())
            .array();
    byte[] whole = Arrays.copyOf(claim, TOKEN_BYTES);
    System.arraycopy(signature(claim), 0, whole, CLAIM_BYTES, TOKEN_BYTES - CLAIM_BYTES);
    return encoded(whole);
  }

  private static String encoded(byte[] whole) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
  }

  /** The token if it is one of ours, whether or not its time is over; empty for anything else. */
  public Optional<CallbackToken> read(String text) {
    if (text.length() != TOKEN_CHARS) return Optional.empty();
    byte[] whole;
    try {
      whole = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
    // The decoder ignores the last bits, which would give each token several texts.
    if (whole.length != TOKEN_BYTES || !encoded(whole).equals(text)) return Optional.empty();
    byte[] claim = Arrays.copyOf(whole, CLAIM_BYTES);
    byte[] signature = Arrays.copyOfRange(whole, CLAIM_BYTES, TOKEN_BYTES);
    if (!MessageDigest.isEqual(signature, signature(claim))) return Optional.empty();

    ByteBuffer in = ByteBuffer.wrap(claim);
    int tenant = in.getInt();
    var operation = new OperationId(in.getLong(), in.getLong());
    long epoch = in.getLong();
    Instant until = Instant.ofEpochSecond(in.getLong());
    return Optional.of(new CallbackToken(tenant, operation, epoch, until, in.getLong()));
  }

  private byte[] signature(byte[] claim) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(PURPOSE);
      return mac.doFinal(claim);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}
