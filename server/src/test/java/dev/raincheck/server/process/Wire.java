package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One connection that stays open, so that a test knows what happened to each request: not sent,
 * answered, or cut. A client with a pool of connections would repeat and hide it.
 */
final class Wire implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private boolean last;

  /**
   * @throws java.net.ConnectException if nobody listens: nothing was sent
   */
  Wire(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    try {
      socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
    in = new BufferedInputStream(socket.getInputStream());
  }

  record Reply(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    String text() {
      return new String(body, UTF_8);
    }

    JsonNode json() {
      return JSON.readTree(body);
    }

    String member(String name) {
      return json().path(name).asString("");
    }
  }

  /** One request on a connection of its own. */
  static Reply ask(int port, String method, String path, String body, String... headers)
      throws IOException {
    try (var wire = new Wire(port)) {
      return wire.exchange(method, path, body, headers);
    }
  }

  static Reply get(int port, String path) throws IOException {
    return ask(port, "GET", path, "");
  }

  Reply exchange(String method, String path, String body, String... headers) throws IOException {
    send(method, path, body, headers);
    return receive();
  }

  /** Sends a request whole. Headers are names and values in turn; a body is JSON. */
  void send(String method, String path, String body, String... headers) throws IOException {
    var bytes = body.getBytes(UTF_8);
    var text = new StringBuilder("%s %s HTTP/1.1\r\nHost: test\r\n".formatted(method, path));
    for (int i = 0; i < headers.length; i += 2) {
      text.append("%s: %s\r\n".formatted(headers[i], headers[i + 1]));
    }
    if (bytes.length > 0) text.append("Content-Type: application/json\r\n");
    if (!method.equals("GET")) text.append("Content-Length: %d\r\n".formatted(bytes.length));
    text.append("\r\n");
    var request = new ByteArrayOutputStream();
    request.writeBytes(text.toString().getBytes(ISO_8859_1));
    request.writeBytes(bytes);
    socket.getOutputStream().write(request.toByteArray());
  }

  /** The next answer, whole. */
  Reply receive() throws IOException {
    var status = line().split(" ", 3);
    var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var parts = line.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    int code = Integer.parseInt(status[1]);
    last = headers.getOrDefault("connection", "").equals("close");
    boolean empty = List.of(204, 304).contains(code);
    int length = empty ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "-1"));
    if (length < 0) throw new IOException("an answer without a length: " + headers);
    var body = in.readNBytes(length);
    if (body.length < length) throw new EOFException("half an answer");
    return new Reply(code, headers, body);
  }

  /** Whether the server has said that there will be no further answer on this connection. */
  boolean isOver() {
    return last;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException("the connection was closed");
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
