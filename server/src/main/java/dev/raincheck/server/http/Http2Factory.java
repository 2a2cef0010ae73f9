package dev.raincheck.server.http;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.SessionContainer;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.generator.Generator;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerSession;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.jspecify.annotations.Nullable;

/** Makes HTTP/2 connections, and sets what one of them may cost. */
final class Http2Factory extends HTTP2ServerConnectionFactory
    implements ConnectionFactory.Upgrading {
  /** Requests that one connection may have under way; waits are among them. */
  private static final int STREAMS_MAX = 100;

  /** What a client may send before somebody reads it: on one stream, and on all of them. */
  private static final int STREAM_WINDOW = 64 << 10;

  private static final int SESSION_WINDOW = 256 << 10;

  /**
   * Frames a second that cost us something and bring nothing: resets on either side, PING, SETTINGS,
   * empty DATA, pieces of headers, PRIORITY, what comes for closed streams. One more, and the
   * connection is ended. Whoever sends requests as fast as we can take them stays far below.
   */
  private static final int IDLE_FRAMES_PER_SECOND_MAX = 500;

  private static final int SETTINGS_MAX = 32;

  private final Door door;
  private final House house;

  Http2Factory(HttpConfiguration configuration, Door door, House house) {
    super(configuration, "h2", "h2c");
    this.door = door;
    this.house = house;
    setMaxConcurrentStreams(STREAMS_MAX);
    setInitialStreamRecvWindow(STREAM_WINDOW);
    setInitialSessionRecvWindow(SESSION_WINDOW);
    setMaxSettingsKeys(SETTINGS_MAX);
    setConnectProtocolEnabled(false);
    setRateControlFactory(new WindowRateControl.Factory(IDLE_FRAMES_PER_SECOND_MAX));
  }

  @Override
  protected Map<Integer, Integer> newSettings() {
    var settings = super.newSettings();
    settings.put(SettingsFrame.MAX_HEADER_LIST_SIZE, listBytesMax());
    return settings;
  }

  private int listBytesMax() {
    return house.limits().uriBytesMax() + house.limits().headerBytesMax();
  }

  /** As Jetty does it, but with our own connection. */
  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    var listener = newSessionListener(connector, endPoint);
    var generator =
        new Generator(
            connector.getByteBufferPool(),
            isUseOutputDirectByteBuffers(),
            getMaxHeaderBlockFragment());
    generator.getHpackEncoder().setMaxHeaderListSize(getHttpConfiguration().getMaxResponseHeaderSize());
    // Twice the limit is still read, so that the answer can be 431; beyond, the connection ends.
    var parser =
        new Http2Parser(
            connector.getByteBufferPool(),
            2 * listBytesMax(),
            getRateControlFactory().newRateControl(endPoint));
    parser.setMaxSettingsKeys(getMaxSettingsKeys());
    var session =
        new HTTP2ServerSession(
            connector.getScheduler(),
            endPoint,
            parser,
            generator,
            listener,
            getFlowControlStrategyFactory().newFlowControlStrategy());
    session.setMaxLocalStreams(0); // we never push
    session.setMaxRemoteStreams(getMaxConcurrentStreams());
    session.setMaxEncoderTableCapacity(getMaxEncoderTableCapacity());
    session.setStreamIdleTimeout(-1); // a wait is idle, and the sweep judges the rest
    session.setInitialSessionRecvWindow(getInitialSessionRecvWindow());
    session.setWriteThreshold(getHttpConfiguration().getOutputBufferSize());
    session.setConnectProtocolEnabled(false);
    var connection =
        new Http2Connection(
            connector, endPoint, getHttpConfiguration(), session, listener, parser, door, house);
    connection.setUseInputDirectByteBuffers(isUseInputDirectByteBuffers());
    connection.setUseOutputDirectByteBuffers(isUseOutputDirectByteBuffers());
    getContainedBeans(SessionContainer.class).forEach(connection::addEventListener);
    getEventListeners().forEach(session::addEventListener);
    parser.init(connection);
    return configure(connection, connector, endPoint);
  }

  /**
   * For clients that begin with the preface of HTTP/2. {@code Upgrade: h2c} is of the past (RFC
   * 9113) and ignored, as HTTP/1.1 allows.
   */
  @Override
  public @Nullable Connection upgradeConnection(
      Connector connector,
      EndPoint endPoint,
      MetaData.Request request,
      HttpFields.Mutable response) {
    if (!HttpMethod.PRI.is(request.getMethod())) return null;
    var connection = (Http2Connection) newConnection(connector, endPoint);
    connection.upgrade(request, response);
    return connection;
  }
}
