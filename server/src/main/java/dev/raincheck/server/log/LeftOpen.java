package dev.raincheck.server.log;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream that belongs to somebody else. A new configuration stops the old one's appender, which
 * would close standard error under those who still have something to say there.
 */
final class LeftOpen extends OutputStream {
  private final OutputStream out;

  LeftOpen(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
