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

/** The body of one request, read at most once, on the request's own thread. */
final class Body {
  private static final byte[] NOTHING = {};
  private static final int FIRST_GUESS = 16 << 10;

  private final Request jetty;
  private final House house;
  private final BodyPace pace;
  private final long declared;
  private final boolean announced;
  private byte @Nullable [] bytes;
  private long held;
  private boolean ended;

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
    if (!announced) return NOTHING;
    if (declared > bytesMax) throw tooLarge(bytesMax);
    var known = bytes;
    if (known == null) bytes = known = readAll(bytesMax);
    if (known.length > bytesMax) throw tooLarge(bytesMax);
    return known;
  }

  /** Gives back what this body holds of the memory that all bodies share. */
  void release() {
    if (held > 0) house.bodyBytes().addAndGet(-held);
    held = 0;
  }

  private byte[] readAll(int bytesMax) {
    var buffer = new byte[(int) Math.min(declared < 0 ? FIRST_GUESS : declared, FIRST_GUESS)];
    hold(buffer.length);
    int length = 0;
    long began = house.nanoClock().getAsLong();
    long lastByte = began;
    while (true) {
      var chunk = jetty.read();
      if (chunk == null) {
        awaitMore(began, lastByte, length);
        continue;
      }
      if (Content.Chunk.isFailure(chunk)) throw broken(chunk.getFailure());
      int more = chunk.remaining();
      if (length + (long) more > bytesMax) {
        chunk.release();
        throw tooLarge(bytesMax);
      }
      if (length + more > buffer.length) buffer = grow(buffer, length + more, bytesMax);
      chunk.get(buffer, length, more);
      length += more;
      chunk.release();
      if (chunk.isLast()) break;
      if (more > 0) lastByte = house.nanoClock().getAsLong();
    }
    ended = true;
    return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
  }

  private byte[] grow(byte[] buffer, int atLeast, int bytesMax) {
    int most = declared < 0 ? bytesMax : (int) declared;
    int size = Math.max(atLeast, (int) Math.min(buffer.length * 2L, most));
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

  private void awaitMore(long began, long lastByte, int length) {
    long patience = pace.patience(began, lastByte, length, house.nanoClock().getAsLong());
    var arrived = new CountDownLatch(1);
    // Non-blocking, so that the selector's thread counts down itself.
    jetty.demand(
        Invocable.from(Invocable.InvocationType.NON_BLOCKING, arrived::countDown));
    try {
      if (arrived.await(patience, TimeUnit.NANOSECONDS)) return;
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

  static RefusedException tooLarge(int bytesMax) {
    return Refusal.ofHeader(
            ProblemCode.PAYLOAD_TOO_LARGE,
            HeaderNames.CONTENT_LENGTH,
            "The body is longer than the %,d bytes that are taken here.".formatted(bytesMax))
        .asException();
  }
}
