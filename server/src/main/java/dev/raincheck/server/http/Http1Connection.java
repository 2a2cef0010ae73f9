package dev.raincheck.server.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;

/**
 * A connection of Jetty's with what Jetty lacks: a deadline for the header, stricter framing, a
 * look at whether a waiting client is still there, and a linger after an error.
 *
 * <p>It leans on a class that Jetty calls internal, because only that knows where its parser
 * stands; the table of hostile requests in the tests holds what must stay true over an upgrade.
 */
final class Http1Connection extends HttpConnection implements Line, Carrier {
  private static final long LINGER_BYTES_MAX = 1 << 20;
  private static final int LIVE_SEND_BUFFER_BYTES = 64 << 10;

  /** What the connection is doing, as seen from outside. */
  private enum Phase {
    IDLE,
    HEADER,
    EXCHANGE,
    CLOSING
  }

  private final Door door;
  private final House house;
  private final Watch watch = new Watch();
  private volatile @Nullable Exchange exchange;

  // These belong to the sweep alone.
  private Phase seenPhase = Phase.IDLE;
  private long seenMessages = -1;
  private long since;

  private long lingered;

  Http1Connection(
      HttpConfiguration configuration,
      Connector connector,
      EndPoint endPoint,
      Door door,
      House house) {
    super(configuration, connector, endPoint);
    this.door = door;
    this.house = house;
  }

  @Override
  public Door door() {
    return door;
  }

  @Override
  public Carrier carrier(org.eclipse.jetty.server.Request jetty) {
    return this;
  }

  @Override
  public boolean announcesBody(org.eclipse.jetty.server.Request jetty) {
    return jetty.getLength() > 0 || jetty.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  @Override
  public boolean isWholeConnection() {
    return true;
  }

  @Override
  public boolean closesOnUnreadBody() {
    return true;
  }

  @Override
  public void leaveBody() {}

  /** The parser refused all of that already. */
  @Override
  public @Nullable Refusal malformed() {
    return null;
  }

  @Override
  public void cut() {
    getEndPoint().close();
  }

  /** After a late answer too, the connection's next request is for a virtual thread. */
  @Override
  protected Executor getExecutor() {
    return VirtualThreads.getExecutor(super.getExecutor());
  }

  @Override
  public void begins(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public void ends(Exchange exchange) {
    if (this.exchange == exchange) this.exchange = null;
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
  }

  // ---- deadlines

  /** Looks at the connection from outside, now and then; nothing of this is on a request's way. */
  @Override
  public void sweep(long now) {
    var phase = phase();
    long messages = getMessagesIn();
    if (phase != seenPhase || messages != seenMessages) {
      seenPhase = phase;
      seenMessages = messages;
      since = now;
    }
    long age = now - since;
    var limits = house.limits();
    switch (phase) {
      case IDLE -> {
        if (age >= limits.idleTime().toNanos()) cut();
      }
      case HEADER -> {
        if (age >= limits.headerTime().toNanos()) stopReading(new SlowHeader());
      }
      case EXCHANGE -> {
        var exchange = this.exchange;
        if (exchange != null) exchange.sweep(now);
      }
      case CLOSING -> {
        if (age >= limits.lingerTime().toNanos() && !stopReading(new LingerOver())) {
          cut();
        }
      }
    }
  }

  private Phase phase() {
    if (exchange != null) return Phase.EXCHANGE;
    var parser = getParser();
    if (parser.isTerminated()) return Phase.CLOSING;
    if (parser.isStart()) return Phase.IDLE;
    return parser.inHeaderState() ? Phase.HEADER : Phase.EXCHANGE;
  }

  /** Fails the pending read, if there is one: either this or the selector gets it, never both. */
  private boolean stopReading(Exception why) {
    return ((AbstractEndPoint) getEndPoint()).getFillInterest().onFail(why);
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    var parser = getParser();
    switch (cause) {
      case SlowHeader _ -> {
        parser.close();
        parser
            .getHandler()
            .badMessage(new HttpException.RuntimeException(408, "The header came too slowly"));
      }
      case LingerOver _ -> super.onFillable();
      // The sweep is the one that judges headers, and answers.
      case TimeoutException _ when !parser.isStart() && parser.inHeaderState() -> fillInterested();
      default -> super.onFillInterestedFailed(cause);
    }
  }

  private static final class SlowHeader extends Exception {
    SlowHeader() {
      super("the header came too slowly", null, false, false);
    }
  }

  private static final class LingerOver extends Exception {
    LingerOver() {
      super("lingered long enough", null, false, false);
    }
  }

  // ---- after the last answer

  @Override
  public void onFillable() {
    if (getParser().isTerminated() && lingers()) return;
    // With a terminated parser, this gives its buffers back and closes.
    super.onFillable();
  }

  /** Reads on after an error so that a client that is still writing gets to see the answer. */
  private boolean lingers() {
    var nowhere = BufferUtil.allocate(4096);
    try {
      while (lingered < LINGER_BYTES_MAX) {
        BufferUtil.clear(nowhere);
        int filled = getEndPoint().fill(nowhere);
        if (filled < 0) return false;
        if (filled == 0) {
          fillInterested();
          return true;
        }
        lingered += filled;
      }
      return false;
    } catch (IOException closed) {
      return false;
    }
  }

  // ---- whether a waiting client is still there

  @Override
  public void watch(Exchange waiting) {
    watch.start(waiting);
  }

  @Override
  public void unwatch() {
    watch.stop();
  }

  /**
   * Reads while an answer waits: the end of the stream is a client that left. Bytes are a pipelined
   * request and are kept for the parser; after them nothing more is read, so that they stay few.
   */
  private final class Watch implements Callback {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Exchange waiting;

    void start(Exchange exchange) {
      lock.lock();
      try {
        if (waiting != null || !exchange.isWaiting() || !isRequestBufferEmpty()) return;
        waiting = exchange;
        getEndPoint().tryFillInterested(this);
      } finally {
        lock.unlock();
      }
    }

    void stop() {
      lock.lock();
      try {
        if (waiting == null) return;
        waiting = null;
        stopReading(new Unwatched());
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void succeeded() {
      lock.lock();
      try {
        if (waiting == null) return;
        var few = BufferUtil.allocate(1024);
        int filled = getEndPoint().fill(few);
        if (filled < 0) {
          left();
        } else if (filled == 0) {
          getEndPoint().tryFillInterested(this);
        } else {
          onUpgradeTo(few);
        }
      } catch (IOException closed) {
        left();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void failed(Throwable cause) {
      if (cause instanceof Unwatched) return;
      lock.lock();
      try {
        left();
      } finally {
        lock.unlock();
      }
    }

    private void left() {
      var exchange = waiting;
      waiting = null;
      if (exchange != null) getExecutor().execute(exchange::clientLeft);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }

  private static final class Unwatched extends Exception {
    Unwatched() {
      super("the answer is ready", null, false, false);
    }
  }

  // ---- live answers

  /** What the system holds for a client that does not read is bounded as well as what we hold. */
  @Override
  public void boundSendBuffer() {
    try {
      if (underTls().getTransport() instanceof SocketChannel channel) {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, LIVE_SEND_BUFFER_BYTES);
      }
    } catch (IOException closed) {
      // The next write will tell.
    }
  }

  @Override
  public void reset() {
    try {
      if (underTls().getTransport() instanceof SocketChannel channel) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException closed) {
      // So the client knows already.
    }
    underTls().close();
  }

  /** The socket's own side: closing it says no goodbye of TLS, which would be a good end. */
  private EndPoint underTls() {
    return getEndPoint() instanceof SslConnection.SslEndPoint tls
        ? tls.getSslConnection().getEndPoint()
        : getEndPoint();
  }

  // ---- framing

  @Override
  protected RequestHandler newRequestHandler() {
    return new StrictHandler();
  }

  /** Refuses what Jetty would let pass even in its strict mode. */
  private final class StrictHandler extends RequestHandler {
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int lineBytes;
    private boolean transferEncoding;

    @Override
    public void startRequest(String method, String uri, HttpVersion version) {
      super.startRequest(method, uri, version);
      this.version = version;
      lineBytes = getParser().getHeaderLength();
      transferEncoding = false;
      boolean encrypted = getEndPoint() instanceof SslConnection.SslEndPoint;
      if (door.tls() != null && !encrypted) throw bad("this port speaks TLS; use https");
      boolean preface =
          version == HttpVersion.HTTP_2 && method.equals("PRI") && uri.equals("*") && !encrypted;
      if (preface) return; // HTTP/2 without TLS, by a client that knows that we speak it
      if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
        throw new HttpException.RuntimeException(505, "HTTP/1.1 or HTTP/1.0, please");
      }
      if (method.equals("CONNECT")) throw bad("CONNECT is for proxies");
      if (uri.length() > house.limits().uriBytesMax()) {
        throw new HttpException.RuntimeException(414, "URI too long");
      }
      for (int i = 0; i < uri.length(); i++) {
        if (uri.charAt(i) <= ' ' || uri.charAt(i) > '~' || uri.charAt(i) == '#') {
          throw bad("Illegal character in the request target");
        }
      }
    }

    @Override
    public void parsedHeader(HttpField field) {
      if (getParser().getHeaderLength() - lineBytes > house.limits().headerBytesMax()) {
        throw new HttpException.RuntimeException(431, "Headers too large");
      }
      if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
        if (version != HttpVersion.HTTP_1_1) throw bad("Transfer-Encoding needs HTTP/1.1");
        if (transferEncoding || !"chunked".equalsIgnoreCase(field.getValue())) {
          throw bad("The only Transfer-Encoding is chunked");
        }
        transferEncoding = true;
      }
      super.parsedHeader(field);
    }

    private static HttpException.RuntimeException bad(String reason) {
      return new HttpException.RuntimeException(400, reason);
    }
  }
}
