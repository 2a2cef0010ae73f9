package dev.raincheck.server.operation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256 as the headers spell it. */
final class Digests {
  private Digests() {}

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A strong validator, in hex: what {@code sha256sum} says of the download. */
  static String etag(byte[] sha256) {
    return "\"sha256-" + HexFormat.of().formatHex(sha256) + '"';
  }

  /** A value of Repr-Digest and Content-Digest (RFC 9530). */
  static String field(byte[] sha256) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ':';
  }
}
