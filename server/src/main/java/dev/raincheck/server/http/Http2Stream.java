package dev.raincheck.server.http;

import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream of an HTTP/2 connection. */
final class Http2Stream implements Carrier {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Stream.class);

  private final Http2Connection connection;
  private final House house;
  private final HTTP2Stream stream;
  private final boolean bodiless;
  private @Nullable Request jetty;
  private volatile @Nullable Exchange exchange;
  private volatile boolean cutting;

  // These belong to the sweep.
  private long cuttingSince;
  private long closedSince;
  private int seenWindow;
  private long stillSince;

  Http2Stream(Http2Connection connection, House house, HTTP2Stream stream, boolean bodiless) {
    this.connection = connection;
    this.house = house;
    this.stream = stream;
    this.bodiless = bodiless;
    this.cuttingSince = house.nanoClock().getAsLong();
    this.closedSince = cuttingSince;
    this.stillSince = cuttingSince;
  }

  void carries(Request jetty) {
    this.jetty = jetty;
  }

  @Override
  public Door door() {
    return connection.door();
  }

  @Override
  public @Nullable Refusal malformed() {
    return jetty == null ? null : Http2Rules.refusal(jetty, house.limits());
  }

  @Override
  public void begins(Exchange exchange) {
    this.exchange = exchange;
    if (jetty != null) jetty.addFailureListener(_ -> exchange.clientLeft());
    if (connection.isClosed()) connection.run(this::connectionClosed);
  }

  /** Ends what still reads from the client, writes to it, or waits with it. */
  void connectionClosed() {
    var left = exchange;
    if (left == null) return;
    abort("the connection is closed");
    left.clientLeft();
  }

  private void abort(String why) {
    try {
      if (jetty != null) jetty.fail(new Request.Handler.AbortException(why));
    } catch (IllegalStateException over) {
      LOG.debug("Stream {} was over before it was aborted", stream.getId(), over);
    }
  }

  @Override
  public void ends(Exchange exchange) {
    this.exchange = null;
    if (!cutting) connection.over(stream.getId());
  }

  @Override
  public boolean announcesBody(Request jetty) {
    return !bodiless && jetty.getLength() != 0;
  }

  @Override
  public boolean isWholeConnection() {
    return false;
  }

  /** The window of the stream is small already, and the system's buffer is for all of them. */
  @Override
  public void boundSendBuffer() {}

  @Override
  public boolean closesOnUnreadBody() {
    return false;
  }

  /** With NO_ERROR, so that the client keeps the answer that it has (RFC 9113, 8.1). */
  @Override
  public void leaveBody() {
    if (stream.isRemotelyClosed() || stream.isResetOrFailed()) return;
    stream.reset(new ResetFrame(stream.getId(), ErrorCode.NO_ERROR.code), Callback.NOOP);
  }

  /** The listener tells at once; this is for a reset that came before there was anything to leave. */
  @Override
  public void watch(Exchange waiting) {
    if (stream.isResetOrFailed()) connection.run(waiting::clientLeft);
  }

  @Override
  public void unwatch() {}

  @Override
  public void cut() {
    if (stream.isResetOrFailed()) return;
    cutting = true;
    stream.reset(
        new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code),
        Callback.from(() -> cutting = false));
    abort("cut"); // an answer that waits for its window would go on waiting
  }

  /** A cut stream has no good end. */
  @Override
  public void reset() {
    cut();
  }

  void sweep(long now) {
    if (!cutting) {
      cuttingSince = now;
    } else if (now - cuttingSince >= house.limits().lingerTime().toNanos()) {
      connection.cut(); // not even the reset could be sent: it is the connection that is stuck
    }
    var exchange = this.exchange;
    if (exchange != null) {
      exchange.sweep(now);
      cutIfStuck(exchange, now);
    }
    if (exchange != null || cutting || !stream.isClosed()) {
      closedSince = now;
    } else if (now - closedSince >= house.limits().lingerTime().toNanos()) {
      connection.over(stream.getId()); // closed before its request came to us, which now never will
    }
  }

  /** An answer moves when its window does; one that does not is a client that takes nothing. */
  private void cutIfStuck(Exchange exchange, long now) {
    int window = stream.updateSendWindow(0);
    if (!exchange.isSending() || window != seenWindow) {
      seenWindow = window;
      stillSince = now;
    } else if (now - stillSince >= house.limits().idleTime().toNanos()) {
      cut();
    }
  }
}
