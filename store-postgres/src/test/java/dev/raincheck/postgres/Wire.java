package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A wire between a store and the server that counts what goes over it, and can be cut at a commit. */
final class Wire implements AutoCloseable {
  /** What becomes of the next commit. */
  enum Fate {
    PASSES,
    /** It reaches the server, and no answer comes back. */
    UNANSWERED,
    /** It never reaches the server. */
    LOST
  }

  private static final String EVERY_COMMIT = "INSERT INTO batch";

  private final ServerSocket entrance;
  private final int port;
  private final List<Socket> open = new ArrayList<>();
  private final AtomicInteger roundTrips = new AtomicInteger();
  private final AtomicReference<@Nullable String> cutAt = new AtomicReference<>();
  private volatile Fate next = Fate.PASSES;

  Wire(int port) throws IOException {
    this(port, 0);
  }

  /** At an entrance of its own. */
  Wire(int port, int at) throws IOException {
    this.port = port;
    entrance = new ServerSocket(at, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  void next(Fate fate) {
    next = fate;
  }

  /** Cuts the connection that first sends a statement which begins so. */
  void cutAt(String statement) {
    cutAt.set(statement);
  }

  /** How many messages of those who have ever committed a batch have waited for an answer. */
  int roundTrips() {
    return roundTrips.get();
  }

  private void accept() {
    try {
      while (true) connect(entrance.accept());
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void connect(Socket client) throws IOException {
    var server = new Socket(InetAddress.getLoopbackAddress(), port);
    synchronized (open) {
      open.add(client);
      open.add(server);
    }
    var line = new Line(client, server);
    Thread.ofPlatform().daemon().start(line::forth);
    Thread.ofPlatform().daemon().start(line::back);
  }

  private final class Line {
    private final Socket client;
    private final Socket server;
    private volatile boolean mute;
    private final Set<String> names = new HashSet<>();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean commits;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void forth() {
      try (client;
          server) {
        var in = new DataInputStream(client.getInputStream());
        var out = server.getOutputStream();
        while (asksForSecrecy(pass(in, out, -1))) {} // What comes first has no type.
        for (int type = in.read(); type >= 0; type = in.read()) pass(in, out, type);
      } catch (IOException cut) {
        // As wires are.
      }
    }

    private byte[] pass(DataInputStream in, OutputStream out, int type) throws IOException {
      int length = in.readInt();
      byte[] body = in.readNBytes(length - 4);
      if (type == 'P') learn(texts(body));
      if (type == 'P') cutIfAsked(texts(body)[1]);
      if (type == 'B') commits |= names.contains(texts(body)[1]);
      if (type == 'S' && !names.isEmpty()) roundTrips.incrementAndGet();
      if (type == 'S') {
        if (commits && next == Fate.LOST) {
          next = Fate.PASSES;
          throw new IOException("lost");
        }
        if (commits && next == Fate.UNANSWERED) {
          next = Fate.PASSES;
          mute = true;
        }
        commits = false;
      }
      if (type >= 0) held.write(type);
      held.write(new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
      held.write(body);
      // Statements are held back until all of a message is here: the server begins with what it has.
      if (type == 'P' || type == 'B' || type == 'D' || type == 'E') return body;
      held.writeTo(out);
      held.reset();
      out.flush();
      return body;
    }

    private void cutIfAsked(String statement) throws IOException {
      var wanted = cutAt.get();
      if (wanted != null && statement.startsWith(wanted) && cutAt.compareAndSet(wanted, null)) {
        throw new IOException("cut");
      }
    }

    private static boolean asksForSecrecy(byte[] first) {
      return first.length == 4;
    }

    /** The statement that adds a batch's row, which every commit has, goes by its name once it is prepared. */
    private void learn(String[] nameAndText) {
      if (nameAndText[1].strip().startsWith(EVERY_COMMIT)) names.add(nameAndText[0]);
    }

    private static String[] texts(byte[] body) {
      return new String(body, ISO_8859_1).split("\0", 3);
    }

    void back() {
      try (client;
          server) {
        var in = server.getInputStream();
        var out = client.getOutputStream();
        byte[] some = new byte[8192];
        for (int n = in.read(some); n >= 0; n = in.read(some)) {
          if (mute) return; // The server has answered; nobody hears it.
          out.write(some, 0, n);
          out.flush();
        }
      } catch (IOException cut) {
        // As wires are.
      }
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    synchronized (open) {
      for (var socket : open) socket.close();
    }
  }
}
