package dev.raincheck.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerConnection;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/2: many exchanges side by side, each on a stream, and what they share. */
final class Http2Connection extends HTTP2ServerConnection implements Line {
  private final Door door;
  private final House house;
  private final Http2Parser parser;
  private final Map<Integer, Http2Stream> streams = new ConcurrentHashMap<>();

  // These belong to the sweep alone.
  private long seenHeaders = -1;
  private long headerSince;
  private long seenStreams = -1;
  private long idleSince;
  private boolean ending;
  private long endingSince;
  private volatile boolean closed;

  Http2Connection(
      Connector connector,
      EndPoint endPoint,
      HttpConfiguration configuration,
      HTTP2ServerSession session,
      ServerSessionListener listener,
      Http2Parser parser,
      Door door,
      House house) {
    super(connector, endPoint, configuration, session, listener);
    this.parser = parser;
    this.door = door;
    this.house = house;
  }

  @Override
  public Door door() {
    return door;
  }

  @Override
  public Carrier carrier(org.eclipse.jetty.server.Request jetty) {
    var stream = streams.get(Integer.parseInt(jetty.getId()));
    if (stream == null) throw new IllegalStateException("a request without a stream");
    stream.carries(jetty);
    return stream;
  }

  @Override
  public void onOpen() {
    house.sweep().add(this);
    super.onOpen();
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    house.sweep().remove(this);
    super.onClose(cause);
    closed = true;
    // Nobody looks at these any more, so whoever still waits for the client must hear of it now.
    for (var stream : streams.values()) run(stream::connectionClosed);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void onNewStream(HTTP2Stream stream, HeadersFrame frame) {
    streams.put(stream.getId(), new Http2Stream(this, house, stream, frame.isEndStream()));
    super.onNewStream(stream, frame);
  }

  void over(int stream) {
    streams.remove(stream);
  }

  void run(Runnable task) {
    getExecutor().execute(task);
  }

  @Override
  public void cut() {
    getEndPoint().close();
  }

  /** Looks at the connection from outside, now and then; nothing of this is on a request's way. */
  @Override
  public void sweep(long now) {
    var limits = house.limits();
    if (ending) {
      if (now - endingSince >= limits.lingerTime().toNanos()) cut();
      return;
    }
    long headers = parser.headersBegun();
    if (!parser.inHeader() || headers != seenHeaders) {
      seenHeaders = headers;
      headerSince = now;
    } else if (now - headerSince >= limits.headerTime().toNanos()) {
      end(now, ErrorCode.ENHANCE_YOUR_CALM_ERROR, "the header came too slowly");
      return;
    }
    for (var stream : streams.values()) stream.sweep(now);

    long begun = getSession().getStreamsOpened();
    if (begun != seenStreams || !getSession().getStreams().isEmpty()) {
      seenStreams = begun;
      idleSince = now;
    } else if (getConnector().isShutdown()) { // it has had its GOAWAY
      if (now - idleSince >= limits.lingerTime().toNanos()) cut();
    } else if (now - idleSince >= limits.idleTime().toNanos()) {
      end(now, ErrorCode.NO_ERROR, "idle");
    }
  }

  /** Says goodbye; a client that does not take even that is cut a moment later. */
  private void end(long now, ErrorCode error, String reason) {
    ending = true;
    endingSince = now;
    getSession().close(error.code, reason, Callback.NOOP);
  }
}
