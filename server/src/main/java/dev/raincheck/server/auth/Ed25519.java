package dev.raincheck.server.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/** Public keys of Ed25519 as the JDK wants them. The JWT library would need another library for it. */
final class Ed25519 {
  static final String NAME = "Ed25519";

  private static final int BYTES = 32;

  private Ed25519() {}

  /**
   * @param encoded as in RFC 8032: y, little end first, and the sign of x in the last bit
   */
  static PublicKey key(byte[] encoded) throws GeneralSecurityException {
    if (encoded.length != BYTES) throw new GeneralSecurityException("not a key of Ed25519");
    var y = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) y[i] = encoded[BYTES - 1 - i];
    boolean odd = (y[0] & 0x80) != 0;
    y[0] &= 0x7f;
    var point = new EdECPoint(odd, new BigInteger(1, y));
    return KeyFactory.getInstance(NAME)
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }
}
