package dev.raincheck.server.sign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for one purpose, made of the server's secret: nothing that was signed for another purpose passes
 * for something signed with it. HMAC-SHA-256. Safe for use by several threads.
 */
public final class PurposeKey {
  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key;

  /**
   * @param secret the server's, the same on all nodes and after a restart
   * @param purpose never changed once something was signed for it
   */
  public PurposeKey(byte[] secret, String purpose) {
    var own = sign(new SecretKeySpec(secret, MAC), purpose.getBytes(UTF_8));
    key = new SecretKeySpec(own, MAC);
  }

  /** 32 bytes, to be compared with {@link java.security.MessageDigest#isEqual}. */
  public byte[] sign(byte[] bytes) {
    return sign(key, bytes);
  }

  private static byte[] sign(SecretKeySpec key, byte[] bytes) {
    try {
      var mac = Mac.getInstance(MAC);
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + MAC, e);
    }
  }
}
