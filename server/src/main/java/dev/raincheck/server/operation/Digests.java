package dev.raincheck.server.operation;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256 as the headers spell it. */
final class Digests {
  private Digests() {}

  /** Cloned for each use: looking the algorithm up costs more than a short input. */
  private static final MessageDigest SHA_256 = provided();

  static byte[] sha256(byte[] bytes) {
    return sha256().digest(bytes);
  }

  /** A digest that is still to be fed. */
  static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest provided() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Of the next so many bytes. */
  static byte[] sha256(InputStream in, long length) throws IOException {
    var digest = sha256();
    var buffer = new byte[64 << 10];
    for (long left = length; left > 0; ) {
      int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      if (count == 0) throw new EOFException("the result is shorter than it was");
      digest.update(buffer, 0, count);
      left -= count;
    }
    return digest.digest();
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
