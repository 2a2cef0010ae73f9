package dev.raincheck.server.http;

import java.io.InputStream;
import java.util.Objects;

/** A long body on its way: what was read of it already, then the rest, and never more than its limit. */
final class BodyStream extends InputStream {
  private final Body body;
  private final long bytesMax;
  private byte[] beginning;
  private int at;
  private long given;

  BodyStream(Body body, byte[] beginning, long bytesMax) {
    this.body = body;
    this.beginning = beginning;
    this.bytesMax = bytesMax;
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) return 0;
    int count = at < beginning.length ? begin(into, offset, length) : body.next(into, offset, length);
    if (count < 0) return -1;
    given += count;
    if (given > bytesMax) throw Body.tooLarge(bytesMax);
    return count;
  }

  private int begin(byte[] into, int offset, int length) {
    int count = Math.min(length, beginning.length - at);
    System.arraycopy(beginning, at, into, offset, count);
    at += count;
    if (at == beginning.length) {
      beginning = new byte[0];
      at = 0;
      body.releaseMemory();
    }
    return count;
  }
}
