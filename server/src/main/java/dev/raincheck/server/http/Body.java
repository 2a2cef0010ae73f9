package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, read at most once, on the request's own thread: whole in memory, or, if it
 * is too long for that, as a stream.
 */
final class Body {
  private static final byte[] NOTHING = {};
  private static final int FIRST_GUESS = 16 << 10;

  private final Request jetty;
  private final House house;
  private final BodyPace pace;
  private final long declared;
  private final boolean announced;
  private byte @Nullable [] bytes;
  private Content.@Nullable Chunk chunk;
  private long began;
  private long lastByte;
  private long arrived;
  private long held;
  private boolean begun;
  private boolean ended;
  private boolean streams;

  Body(Request jetty, boolean announced, House house) {
    this.jetty = jetty;
    this.house = house;
    var limits = house.limits();
    this.pace = new BodyPace(limits.bodyStillTime(), limits.bodyBytesPerSecondMin());
    this.declared = jetty.getLength();
    this.announced = announced;
  }

  boolean announced() {
    return announced;
  }

  /** Content-Length, or -1 without one. */
  long declared() {
    return declared;
  }

  /** Whether bytes of this body may still be on their way. */
  boolean unread() {
    return announced && !ended;
  }

  byte[] read(int bytesMax) {
    return switch (take(bytesMax, bytesMax)) {
      case BodyContent.Whole(byte[] whole) -> whole;
      case BodyContent.Streamed _ -> throw tooLarge(bytesMax);
    };
  }

  /** The whole if it is short, else a stream of it all. */
  BodyContent take(int memoryMax, long bytesMax) {
    if (!announced) return new BodyContent.Whole(NOTHING);
    if (declared > bytesMax) throw tooLarge(bytesMax);
    var known = bytes;
    if (known == null && declared > memoryMax) return stream(NOTHING, bytesMax);
    if (known == null) bytes = known = readAll(memoryMax);
    if (known.length > bytesMax) throw tooLarge(bytesMax);
    if (ended && known.length <= memoryMax) return new BodyContent.Whole(known);
    if (memoryMax == bytesMax) throw tooLarge(bytesMax);
    return stream(known, bytesMax);
  }

  private BodyContent stream(byte[] beginning, long bytesMax) {
    bytes = null; // A body that streams is read once.
    if (!streams && !house.inFlight().beginUpload()) {
      throw new RefusedException(
          ProblemCode.OVERLOADED, "Too many large bodies are on their way; repeat the request later.");
    }
    streams = true;
    return new BodyContent.Streamed(new BodyStream(this, beginning, bytesMax));
  }

  /** Gives back what this body holds of what all bodies share. */
  void release() {
    releaseMemory();
    if (streams) house.inFlight().endUpload();
    streams = false;
    var left = chunk;
    if (left != null) left.release();
    chunk = null;
  }

  void releaseMemory() {
    if (held > 0) house.bodyBytes().addAndGet(-held);
    held = 0;
  }

  /** All bytes, or one more than the limit if there are more. */
  private byte[] readAll(int bytesMax) {
    var buffer = new byte[(int) Math.min(declared < 0 ? FIRST_GUESS : declared, FIRST_GUESS)];
    hold(buffer.length);
    int length = 0;
    while (length <= bytesMax) {
      if (length == declared) {
        if (next(new byte[1], 0, 1) >= 0) throw new IllegalStateException("more than Content-Length");
        break;
      }
      if (length == buffer.length) buffer = grow(buffer, bytesMax);
      int more = next(buffer, length, buffer.length - length);
      if (more < 0) break;
      length += more;
    }
    return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
  }

  private byte[] grow(byte[] buffer, int bytesMax) {
    long most = declared < 0 ? bytesMax + 1L : declared;
    int size = (int) Math.min(Math.max(buffer.length * 2L, FIRST_GUESS), most);
    hold(size - buffer.length);
    return Arrays.copyOf(buffer, size);
  }

  private void hold(int more) {
    held += more;
    if (house.bodyBytes().addAndGet(more) > house.limits().bodiesBytesMax()) {
      throw new RefusedException(
          ProblemCode.OVERLOADED, "Too many bodies are on their way; repeat the request later.");
    }
  }

  /** Waits for the next bytes, at the pace that is asked of a body; -1 at its end. */
  int next(byte[] into, int at, int length) {
    // Whoever reads may have been at work with what came before; a sender is not slow because of that.
    lastByte = house.nanoClock().getAsLong();
    if (!begun) began = lastByte;
    begun = true;
    while (true) {
      var here = chunk;
      if (here != null) {
        int taken = here.get(into, at, length);
        arrived += taken;
        if (!here.hasRemaining()) {
          ended |= here.isLast();
          here.release();
          chunk = null;
        }
        if (taken > 0) return taken;
      }
      if (ended) return -1;
      var next = jetty.read();
      if (next == null) {
        awaitMore();
        continue;
      }
      if (Content.Chunk.isFailure(next)) throw broken(next.getFailure());
      chunk = next;
    }
  }

  private void awaitMore() {
    long patience = pace.patience(began, lastByte, arrived, house.nanoClock().getAsLong());
    var more = new CountDownLatch(1);
    // Non-blocking, so that the selector's thread counts down itself.
    jetty.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, more::countDown));
    try {
      if (more.await(patience, TimeUnit.NANOSECONDS)) return;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    // Takes the demand back too: with one pending, Jetty would answer 500.
    jetty.fail(new TimeoutException("the body came too slowly"));
    throw tooSlow();
  }

  private static RefusedException broken(Throwable failure) {
    if (failure instanceof TimeoutException) return tooSlow();
    return new RefusedException(
        ProblemCode.INVALID_REQUEST, "The body broke off, or its framing is broken.");
  }

  private static RefusedException tooSlow() {
    return new RefusedException(
        ProblemCode.REQUEST_TIMEOUT, "The body came too slowly; repeat the request.");
  }

  static RefusedException tooLarge(long bytesMax) {
    return Refusal.ofHeader(
            ProblemCode.PAYLOAD_TOO_LARGE,
            HeaderNames.CONTENT_LENGTH,
            "The body is longer than the %,d bytes that are taken here.".formatted(bytesMax))
        .asException();
  }
}
