package dev.raincheck.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.SessionContainer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.VirtualThreads;

/**
 * The listening socket of a door. Without TLS it takes HTTP/1.1 and, from clients that begin with
 * it, HTTP/2; with TLS both, as the client prefers, and plain HTTP only to say that it is wrong.
 */
final class DoorConnector extends ServerConnector {
  private final Door door;
  private final House house;
  private final AtomicInteger open = new AtomicInteger();

  DoorConnector(Server server, Door door, House house) {
    super(
        server,
        /* acceptors= */ 1,
        /* selectors= */ 1,
        factories(door, house).toArray(ConnectionFactory[]::new));
    this.door = door;
    this.house = house;
    var limits = house.limits();
    setName(door.name());
    setHost(door.host());
    setPort(door.port());
    setAcceptQueueSize(limits.backlog());
    setIdleTimeout(limits.idleTime().toMillis());
    setShutdownIdleTimeout(-1); // a drain must not cut who still waits
  }

  private static List<ConnectionFactory> factories(Door door, House house) {
    var http1 = new Http1Factory(door, house);
    var http2 = new Http2Factory(configuration(house.limits()), door, house);
    var tls = door.tls();
    if (tls == null) return List.of(http1, http2);

    var factories = new ArrayList<ConnectionFactory>();
    var negotiation = new ALPNServerConnectionFactory("h2", "http/1.1");
    negotiation.setDefaultProtocol("http/1.1");
    var encrypted = new TlsFactory(tls, negotiation.getProtocol());
    factories.add(new DetectorConnectionFactory(encrypted)); // what is not TLS goes to the next:
    factories.add(http1);
    factories.add(negotiation);
    factories.add(http2);
    return factories;
  }

  private static HttpConfiguration configuration(HttpLimits limits) {
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    configuration.setHttpCompliance(HttpCompliance.STRICT);
    configuration.setUriCompliance(UriCompliance.RFC3986);
    // Room for both; the connection tells one limit from the other.
    configuration.setRequestHeaderSize(limits.uriBytesMax() + limits.headerBytesMax() + 512);
    configuration.setResponseHeaderSize(4 << 10);
    configuration.setMaxResponseHeaderSize(32 << 10);
    return configuration;
  }

  private static final class TlsFactory extends SslConnectionFactory {
    TlsFactory(Tls tls, String next) {
      super(tls.context(), next);
    }

    /** What was decrypted already when it is asked for is a request: for a virtual thread. */
    @Override
    protected SslConnection newSslConnection(
        Connector connector, EndPoint endPoint, SSLEngine engine) {
      return new SslConnection(
          connector.getByteBufferPool(),
          VirtualThreads.getExecutor(connector.getExecutor()),
          getSslContextFactory(),
          endPoint,
          engine,
          isDirectBuffersForEncryption(),
          isDirectBuffersForDecryption());
    }
  }

  private static final class Http1Factory extends HttpConnectionFactory {
    private final Door door;
    private final House house;

    Http1Factory(Door door, House house) {
      super(configuration(house.limits()));
      this.door = door;
      this.house = house;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
      var connection =
          new Http1Connection(getHttpConfiguration(), connector, endPoint, door, house);
      return configure(connection, connector, endPoint);
    }
  }

  /** Connections of HTTP/1.1 see for themselves that we are closing; those of HTTP/2 are told. */
  @Override
  public CompletableFuture<Void> shutdown() {
    var done = super.shutdown();
    getContainedBeans(SessionContainer.class).forEach(SessionContainer::shutdown);
    return done;
  }

  /** Connections that are open now, in a handshake or beyond it. */
  int connections() {
    return open.get();
  }

  /** One too many is closed at once: better than to let it wait for a door that stays shut. */
  @Override
  protected void onEndPointOpened(EndPoint endPoint) {
    if (open.incrementAndGet() > house.limits().connectionsMax()) endPoint.close();
    else if (door.tls() != null) house.sweep().add(new Handshake(endPoint, house));
    super.onEndPointOpened(endPoint);
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    open.decrementAndGet();
    super.onEndPointClosed(endPoint);
  }

  /**
   * Closing its socket ends an acceptor. Interrupted as well, it could lose a connection that it
   * has just accepted, neither served nor closed.
   */
  @Override
  protected void interruptAcceptors() {}
}
