package dev.raincheck.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.raincheck.server.tls.TestPems;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that sends exactly the frames it is told to. */
public final class FrameClient implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  private static final int PATIENCE_MILLIS = 20_000;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket;
  private final DataInputStream in;
  private final HpackDecoder hpack = new HpackDecoder(1 << 20, NanoTime::now);
  private final Map<Integer, Building> building = new HashMap<>();
  private @Nullable Integer goAway;

  public record Frame(int type, int flags, int stream, byte[] payload) {
    public int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  /**
   * @param lines the header, a line for each field, in order
   * @param reset the error code of a reset that ended the stream, perhaps after a whole answer; null
   *     without one
   */
  public record Reply(
      int status, List<String> lines, byte[] body, @Nullable Integer reset) {
    public String header(String name) {
      return headers().getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    Map<String, String> headers() {
      var headers = new LinkedHashMap<String, String>();
      for (var line : lines) {
        headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
      }
      return headers;
    }

    RawClient.Reply raw() {
      return new RawClient.Reply(status, headers(), body);
    }
  }

  private static final class Building {
    int status;
    final List<String> lines = new ArrayList<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
  }

  private FrameClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Without TLS: begins with HTTP/2 because it knows. Nothing is sent yet. */
  public static FrameClient plain(int port) throws IOException {
    var socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    return new FrameClient(socket);
  }

  /** With TLS and ALPN. Nothing is sent yet but the handshake. */
  public static FrameClient encrypted(int port, TestPems pems) throws IOException {
    var socket = (SSLSocket) pems.client().getSocketFactory().createSocket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    if (!socket.getApplicationProtocol().equals("h2")) throw new IOException("no h2 in ALPN");
    return new FrameClient(socket);
  }

  // ---- sending

  /** The preface and empty settings; settings of the other side are acknowledged when read. */
  public FrameClient begin() throws IOException {
    socket.getOutputStream().write(PREFACE.getBytes(ISO_8859_1));
    return frame(SETTINGS, 0, 0, new byte[0]);
  }

  public FrameClient frame(int type, int flags, int stream, byte[] payload) throws IOException {
    return bytes(framed(type, flags, stream, payload));
  }

  /** A frame that is not sent yet: with others, it leaves in one piece. */
  static byte[] framed(int type, int flags, int stream, byte[] payload) {
    var frame = ByteBuffer.allocate(9 + payload.length);
    frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
    return frame.array();
  }

  public FrameClient bytes(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends what the other side may already refuse to take. */
  FrameClient frameIfTaken(int type, int flags, int stream, byte[] payload) {
    try {
      return frame(type, flags, stream, payload);
    } catch (IOException refused) {
      return this;
    }
  }

  /** Names and values in turn, each as a literal that is not indexed. */
  public static byte[] block(String... fields) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i++) {
      if (i % 2 == 0) block.write(0);
      byte[] text = fields[i].getBytes(ISO_8859_1);
      integer(block, text.length);
      block.writeBytes(text);
    }
    return block.toByteArray();
  }

  private static void integer(ByteArrayOutputStream into, int value) {
    if (value < 127) {
      into.write(value);
      return;
    }
    into.write(127);
    int left = value - 127;
    while (left >= 128) {
      into.write(left % 128 + 128);
      left /= 128;
    }
    into.write(left);
  }

  /** A request without a body. */
  public FrameClient get(int stream, String path, String... more) throws IOException {
    return request(stream, true, "GET", path, more);
  }

  public FrameClient request(int stream, boolean end, String method, String path, String... more)
      throws IOException {
    var head = new ByteArrayOutputStream();
    head.writeBytes(
        block(":method", method, ":scheme", "https", ":authority", "a", ":path", path));
    head.writeBytes(block(more));
    byte[] block = head.toByteArray();
    int first = Math.min(block.length, 16_000);
    boolean whole = first == block.length;
    int flags = (end ? END_STREAM : 0) | (whole ? END_HEADERS : 0);
    frame(HEADERS, flags, stream, Arrays.copyOf(block, first));
    for (int at = first; at < block.length; ) {
      int to = Math.min(block.length, at + 16_000);
      frame(
          CONTINUATION,
          to == block.length ? END_HEADERS : 0,
          stream,
          Arrays.copyOfRange(block, at, to));
      at = to;
    }
    return this;
  }

  public FrameClient data(int stream, boolean end, byte[] bytes) throws IOException {
    return frame(DATA, end ? END_STREAM : 0, stream, bytes);
  }

  public FrameClient reset(int stream) throws IOException {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  // ---- receiving

  /** The next frame; null at the end of the connection. */
  public @Nullable Frame next() throws IOException {
    try {
      int head = in.readInt();
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & Integer.MAX_VALUE;
      byte[] payload = in.readNBytes(head >>> 8);
      var frame = new Frame(head & 0xff, flags, stream, payload);
      if (frame.type() == GOAWAY && (goAway == null || goAway == 0)) goAway = frame.error();
      if (frame.type() == SETTINGS && flags == 0) frameIfTaken(SETTINGS, ACK, 0, new byte[0]);
      return frame;
    } catch (EOFException | SocketException over) {
      return null;
    }
  }

  /** The answer on a stream; what other streams get meanwhile is kept for them. Null without one. */
  public @Nullable Reply reply(int stream) throws Exception {
    for (var frame = next(); frame != null; frame = next()) {
      var reply = take(frame);
      if (reply != null && frame.stream() == stream) return reply;
    }
    return null;
  }

  private @Nullable Reply take(Frame frame) throws Exception {
    var known = building.computeIfAbsent(frame.stream(), s -> new Building());
    switch (frame.type()) {
      case HEADERS -> {
        var decoded = hpack.decode(ByteBuffer.wrap(frame.payload()));
        if (decoded instanceof MetaData.Response response) known.status = response.getStatus();
        decoded
            .getHttpFields()
            .forEach(field -> known.lines.add(field.getLowerCaseName() + ": " + field.getValue()));
        if (known.status == 100) known.lines.clear();
      }
      case DATA -> {
        known.body.writeBytes(frame.payload());
        if (frame.payload().length > 0) {
          byte[] more = ByteBuffer.allocate(4).putInt(frame.payload().length).array();
          frameIfTaken(WINDOW_UPDATE, 0, 0, more);
          if (frame.flags() == 0) frameIfTaken(WINDOW_UPDATE, 0, frame.stream(), more);
        }
      }
      case RST_STREAM -> {
        return new Reply(known.status, known.lines, known.body.toByteArray(), frame.error());
      }
      default -> {
        return null;
      }
    }
    boolean over = (frame.flags() & END_STREAM) != 0;
    return over
        ? new Reply(known.status, known.lines, known.body.toByteArray(), null)
        : null;
  }

  /** Reads to the end of the connection; the first error that a GOAWAY told, null without one. */
  public @Nullable Integer goAwayAndEnd() throws IOException {
    while (next() != null) {}
    return goAway;
  }

  /** Reads until a GOAWAY comes; its error code. */
  public int goAway() throws IOException {
    for (var frame = next(); frame != null; frame = next()) {
      if (frame.type() == GOAWAY) return frame.error();
    }
    throw new EOFException("the connection ended without GOAWAY");
  }

  /** Whether nothing at all comes for so long. */
  boolean isSilent(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      for (var frame = next(); frame != null; frame = next()) {
        if (frame.stream() != 0) return false;
      }
      return false;
    } catch (SocketTimeoutException silence) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
