package dev.raincheck.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly the bytes it is told to. */
final class RawClient implements AutoCloseable {
  /** Enough for anything that ends at all; a test that gets here fails. */
  private static final int PATIENCE_MILLIS = 20_000;

  private static final int NOTHING_YET = -2;

  private final Socket socket;
  private int peeked = NOTHING_YET;

  RawClient(int port) throws IOException {
    socket = new Socket();
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
  }

  /** Over TLS, without ALPN: an old client. */
  RawClient(int port, SSLContext tls) throws IOException {
    socket = tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  record Reply(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** A string member of a flat JSON document, found as text. */
    String member(String name) {
      var matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(text());
      return matcher.find() ? matcher.group(1) : "";
    }
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Sends what the other side may already refuse to take. */
  RawClient sendIfTaken(String text) {
    try {
      return send(text);
    } catch (IOException refused) {
      return this;
    }
  }

  /** The next answer that is not a 100; null if the connection is at its end. */
  @Nullable Reply reply() throws IOException {
    return reply("GET");
  }

  @Nullable Reply reply(String method) throws IOException {
    try {
      while (true) {
        var head = head();
        if (head == null) return null;
        var lines = head.split("\r\n");
        int status = Integer.parseInt(lines[0].split(" ")[1]);
        if (status == 100) continue;
        var headers = new LinkedHashMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
          int colon = lines[i].indexOf(':');
          headers.put(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
              lines[i].substring(colon + 1).strip());
        }
        boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
        int length =
            bodiless ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Reply(status, headers, in().readNBytes(length));
      }
    } catch (SocketException | SSLException reset) {
      return null;
    }
  }

  /**
   * Sends the same bytes again and again, one at a time with a breath after each, until something
   * comes back or the connection ends; then reads as usual.
   */
  RawClient dripUntilAnswered(String bytes) throws IOException {
    for (int i = 0; i < 1_000 && !hasInput(20); i++) {
      sendIfTaken("" + bytes.charAt(i % bytes.length()));
    }
    return this;
  }

  /** Waits so long for a first byte or the end; consumes nothing. */
  boolean hasInput(int millis) throws IOException {
    if (peeked != NOTHING_YET) return true;
    socket.setSoTimeout(millis);
    try {
      peeked = socket.getInputStream().read();
      return true;
    } catch (SocketTimeoutException silence) {
      return false;
    } catch (SocketException | SSLException reset) {
      peeked = -1;
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** Whether the other side ends the connection now, without another byte. */
  boolean isClosed() throws IOException {
    try {
      return read() < 0;
    } catch (SocketException | SSLException reset) {
      return true;
    }
  }

  void finishSending() throws IOException {
    socket.shutdownOutput();
  }

  private @Nullable String head() throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (true) {
      int b = read();
      if (b < 0) return null;
      bytes.write(b);
      if (b == '\n' && bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
      }
    }
  }

  private int read() throws IOException {
    int b = peeked;
    peeked = NOTHING_YET;
    return b == NOTHING_YET ? in().read() : b;
  }

  private InputStream in() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
