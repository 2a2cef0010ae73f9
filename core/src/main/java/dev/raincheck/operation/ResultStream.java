package dev.raincheck.operation;

import dev.raincheck.blob.Spool;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A result of any length, written piece by piece. Close it in any case; what {@link #result} was not asked
 * for leaves nothing.
 *
 * <pre>{@code
 * try (var out = context.stream()) {
 *   table.writeCsv(out);
 *   return out.result("text/csv");
 * }
 * }</pre>
 */
public final class ResultStream extends OutputStream {
  private final Spool spool;

  ResultStream(Spool spool) {
    this.spool = spool;
  }

  @Override
  public void write(int b) throws IOException {
    spool.write(b);
  }

  /** @throws dev.raincheck.blob.NoRoomException if there is no room for it */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    spool.write(bytes, offset, length);
  }

  /** Bytes so far. */
  public long size() {
    return spool.size();
  }

  /** Ends it, durably: what the attempt returns. */
  public Result result(String mediaType) throws IOException {
    return new Result.Stored(spool.finish(mediaType));
  }

  @Override
  public void close() {
    spool.close();
  }
}
