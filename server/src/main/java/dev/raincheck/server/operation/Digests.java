package dev.raincheck.server.operation;

import dev.raincheck.ledger.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256 as the headers spell it. */
final class Digests {
  private Digests() {}

  /** Of the next so many bytes. */
  static byte[] sha256(InputStream in, long length) throws IOException {
    var digest = Sha256.begin();
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
