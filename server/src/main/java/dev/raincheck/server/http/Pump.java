package dev.raincheck.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Sends a download: a piece is read when the one before has left, so a slow client slows the reading
 * and nothing gathers. Its virtual thread waits in between; the sweep ends a wait that is too long.
 */
final class Pump implements Runnable {
  private static final int PIECE_BYTES = 32 << 10;

  /**
   * What a client may leave lying before it counts as standing still. The system's buffers hand on
   * what a slow client took in steps of about this size.
   */
  private static final int STEP_BYTES = 128 << 10;

  private final Download download;
  private final org.eclipse.jetty.server.Response response;
  private final LongSupplier nanoClock;
  private final Callback end;
  private final long began;
  private volatile long lastPiece;
  private volatile long sent;

  Pump(
      Download download,
      org.eclipse.jetty.server.Response response,
      LongSupplier nanoClock,
      Callback end) {
    this.download = download;
    this.response = response;
    this.nanoClock = nanoClock;
    this.end = end;
    this.began = nanoClock.getAsLong();
    this.lastPiece = began;
  }

  /** Bytes that have left. */
  long sent() {
    return sent;
  }

  /** Whether the client takes the bytes too slowly, on the whole or by now. */
  boolean tooSlow(HttpLimits limits, long now) {
    var pace = new BodyPace(limits.bodyStillTime(), limits.bodyBytesPerSecondMin());
    if (pace.patience(began, now, sent, now) <= 0) return true;
    long step = (long) (1e9 * STEP_BYTES / limits.bodyBytesPerSecondMin());
    return now - lastPiece > limits.bodyStillTime().toNanos() + step;
  }

  @Override
  public void run() {
    try {
      pump();
    } catch (CompletionException broken) {
      end.failed(broken.getCause() == null ? broken : broken.getCause());
      return;
    } catch (IOException | RuntimeException broken) {
      end.failed(broken);
      return;
    }
    end.succeeded();
  }

  private void pump() throws IOException {
    try (var in = download.source().open()) {
      var piece = new byte[PIECE_BYTES];
      long left = download.length();
      while (left > 0) {
        int length = in.readNBytes(piece, 0, (int) Math.min(PIECE_BYTES, left));
        if (length == 0) throw new EOFException("the source is shorter than was said");
        left -= length;
        send(ByteBuffer.wrap(piece, 0, length), left == 0);
        sent += length;
        lastPiece = nanoClock.getAsLong();
      }
    }
  }

  /** The buffer is free again when this returns. */
  private void send(ByteBuffer piece, boolean last) {
    var left = new CompletableFuture<@Nullable Void>();
    response.write(last, piece, Callback.from(() -> left.complete(null), left::completeExceptionally));
    left.join();
  }
}
