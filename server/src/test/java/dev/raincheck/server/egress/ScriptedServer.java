package dev.raincheck.server.egress;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server that says exactly what its script says, byte by byte, once for each connection. */
public final class ScriptedServer implements AutoCloseable {
  /** What happens on one connection; the socket is closed behind it. */
  @FunctionalInterface
  public interface Script {
    void play(Talk talk) throws Exception;
  }

  /** A request as it came; header names in lower case, in order. */
  public record Request(String line, Map<String, List<String>> headers, String body) {
    public String header(String name) {
      return String.join(", ", headers.getOrDefault(name, List.of()));
    }
  }

  private final ServerSocket listener;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> mishaps = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private ScriptedServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    threads.execute(this::accept);
  }

  public static ScriptedServer start(Script script) throws IOException {
    return start("127.0.0.1", 0, script);
  }

  public static ScriptedServer start(String address, int port, Script script) throws IOException {
    var listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 500);
    return new ScriptedServer(listener, script);
  }

  public static ScriptedServer start(ServerSocket listener, Script script) {
    return new ScriptedServer(listener, script);
  }

  /** Reads one request on each connection and gives this answer. */
  public static ScriptedServer answering(String... lines) throws IOException {
    return start(
        talk -> {
          talk.read();
          talk.write(String.join("\r\n", lines));
        });
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        open.add(socket);
        threads.execute(() -> play(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void play(Socket socket) {
    try (socket) {
      script.play(new Talk(socket));
    } catch (IOException cut) {
      // The client went away, which some scripts wait for.
    } catch (Throwable mishap) {
      mishaps.add(mishap);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  public int connections() {
    return connections.get();
  }

  public List<Request> requests() {
    return requests;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) socket.close();
    threads.close();
    Throwable mishap = mishaps.poll();
    if (mishap != null) throw new AssertionError("the script failed", mishap);
  }

  /** One connection, from the server's side. */
  public final class Talk {
    public final Socket socket;
    private final InputStream in;

    private Talk(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** The next request, or null if the client closed instead. */
    public @Nullable Request read() throws IOException {
      String line = line();
      if (line == null) return null;
      var headers = new TreeMap<String, List<String>>();
      for (String header = line(); header != null && !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        headers
            .computeIfAbsent(
                header.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(header.substring(colon + 1).strip());
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", List.of("0")).get(0));
      var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      var request = new Request(line, headers, body);
      requests.add(request);
      return request;
    }

    /** Waits until a request has begun, and leaves it unread: an answer to none would be broken HTTP. */
    public void awaitBegin() throws IOException {
      in.mark(1);
      int first = in.read();
      in.reset();
      if (first < 0) throw new IOException("the client closed");
    }

    private @Nullable String line() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) return null;
        line.write(b);
      }
      return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    public void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.UTF_8));
    }

    public void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** Breaks the connection with RST instead of FIN. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Waits until the client has closed. */
    public void awaitClose() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }

    /** Writes the same text again and again, slowly, until the client closes. */
    public void drip(String text) throws IOException {
      socket.setSoTimeout(20);
      while (true) {
        try {
          if (in.read() < 0) return;
        } catch (SocketTimeoutException pause) {
          write(text);
        }
      }
    }
  }
}
