package dev.raincheck.server.event;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request on a raw socket, and its answer read piece by piece. */
final class StreamClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Socket socket = new Socket();
  private final InputStream in;
  final int status;
  final Map<String, String> headers = new LinkedHashMap<>();

  StreamClient(int port, String method, String path, String body, String... lines) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    var request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: a\r\n");
    for (var line : lines) request.append(line).append("\r\n");
    socket.getOutputStream().write(request.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8));
    in = new BufferedInputStream(socket.getInputStream());
    status = Integer.parseInt(rawLine().split(" ")[1]);
    for (var line = rawLine(); !line.isEmpty(); line = rawLine()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  /** A block of a stream: a comment or retry alone, or an event. */
  record Block(List<String> lines) {
    String field(String name) {
      return lines.stream()
          .filter(line -> line.startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }

    String event() {
      return field("event");
    }

    String id() {
      return field("id");
    }

    JsonNode data() {
      return JSON.readTree(field("data"));
    }

    @Override
    public String toString() {
      return event() + " " + id();
    }
  }

  String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  private String rawLine() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException();
      if (b != '\r') line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** The next line of the body; null at its good end. */
  @Nullable String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) return null;
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** The next block; null at the good end. */
  @Nullable Block block() throws IOException {
    var lines = new ArrayList<String>();
    for (var line = line(); line == null || !line.isEmpty(); line = line()) {
      if (line == null) return null;
      lines.add(line);
    }
    return new Block(lines);
  }

  /** The next event, past comments; null at the good end. */
  @Nullable Block event() throws IOException {
    for (var block = block(); ; block = block()) {
      if (block == null || !block.event().isEmpty()) return block;
    }
  }

  /** Every event until the good end. */
  List<Block> events() throws IOException {
    var all = new ArrayList<Block>();
    for (var event = event(); event != null; event = event()) all.add(event);
    return all;
  }

  /** The whole body, as JSON. */
  JsonNode json() throws IOException {
    int length = Integer.parseInt(header("Content-Length"));
    return JSON.readTree(in.readNBytes(length));
  }

  /** Whether the connection is closed by now, after a good end or without one. */
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
