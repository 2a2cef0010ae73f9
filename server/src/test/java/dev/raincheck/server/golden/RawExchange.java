package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.server.http.FrameClient;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sends one request on a connection of its own and reads what comes back. */
final class RawExchange {
  private static final int PATIENCE_MILLIS = 60_000;

  /** A frame, and less than a window. */
  private static final int PIECE = 16_000;

  private RawExchange() {}

  record Reply(int status, List<String> headers, byte[] body) {
    Optional<String> header(String name) {
      var prefix = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .findFirst();
    }
  }

  static Reply send(int port, String method, String target, List<String> headers, byte[] body)
      throws IOException {
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    if (body.length > 0) head.append("Content-Length: ").append(body.length).append("\r\n");
    head.append("Connection: close\r\n\r\n");
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(head.toString().getBytes(UTF_8));
      socket.getOutputStream().write(body);
      return parse(socket.getInputStream().readAllBytes());
    }
  }

  /** The same as a stream of HTTP/2. */
  static Reply send(
      FrameClient client, String method, String target, List<String> headers, byte[] body)
      throws Exception {
    var fields = new ArrayList<String>();
    for (var line : headers) {
      fields.add(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT));
      fields.add(line.substring(line.indexOf(':') + 1).strip());
    }
    if (body.length > 0) fields.addAll(List.of("content-length", "" + body.length));
    client.begin();
    client.request(1, body.length == 0, method, target, fields.toArray(String[]::new));
    for (int at = 0; at < body.length; at += PIECE) {
      int to = Math.min(body.length, at + PIECE);
      try {
        client.data(1, to == body.length, Arrays.copyOfRange(body, at, to));
      } catch (IOException refused) {
        break; // the answer says why
      }
    }
    var reply = client.reply(1);
    if (reply == null) throw new AssertionError("no answer");
    return new Reply(reply.status(), reply.lines(), reply.body());
  }

  private static Reply parse(byte[] bytes) {
    var text = new String(bytes, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) throw new AssertionError("no whole answer: " + text);
    var lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n")));
    int status = Integer.parseInt(lines.removeFirst().split(" ")[1]);
    var body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
    boolean chunked = lines.removeIf(line -> line.equalsIgnoreCase("Transfer-Encoding: chunked"));
    return new Reply(status, lines, chunked ? whole(body) : body);
  }

  private static byte[] whole(byte[] chunks) {
    var text = new String(chunks, ISO_8859_1);
    var body = new StringBuilder();
    for (int at = 0; ; ) {
      int line = text.indexOf("\r\n", at);
      int size = Integer.parseInt(text.substring(at, line), 16);
      if (size == 0) return body.toString().getBytes(ISO_8859_1);
      body.append(text, line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
  }
}
