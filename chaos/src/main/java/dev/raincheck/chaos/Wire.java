package dev.raincheck.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What lies between a node and the database, and can be cut: at any time, or right at a commit. */
final class Wire implements AutoCloseable {
  /** What becomes of the next commit. */
  enum Fate {
    PASSES,
    /** It reaches the server, and no answer comes back. */
    UNANSWERED,
    /** It never reaches the server. */
    LOST
  }

  /** The statement that every commit of a batch has. */
  private static final String EVERY_COMMIT = "INSERT INTO batch";

  private final ServerSocket entrance;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile Fate next = Fate.PASSES;

  Wire(int port) throws IOException {
    this.port = port;
    entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("wire").start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  void next(Fate fate) {
    next = fate;
  }

  /** How many commits were cut. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        var client = entrance.accept();
        try {
          connect(client, new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException nobodyThere) {
          client.close();
        }
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client, Socket server) throws IOException {
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    open.add(client);
    open.add(server);
    var line = new Line(client, server);
    Thread.ofPlatform().daemon().start(line::forth);
    Thread.ofPlatform().daemon().start(line::back);
  }

  private final class Line {
    private final Socket client;
    private final Socket server;
    private final Set<String> commitNames = new HashSet<>();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean commits;
    private volatile boolean mute;

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
      } finally {
        forget();
      }
    }

    private byte[] pass(DataInputStream in, OutputStream out, int type) throws IOException {
      int length = in.readInt();
      byte[] body = in.readNBytes(length - 4);
      if (type == 'P') learn(texts(body));
      if (type == 'B') commits |= commitNames.contains(texts(body)[1]);
      if (type == 'S' && commits) {
        commits = false;
        atCommit();
      }
      if (type >= 0) held.write(type);
      held.write(new byte[] {(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
      held.write(body);
      // A message of several statements goes as a whole: the server begins with what it has.
      if (type == 'P' || type == 'B' || type == 'D' || type == 'E') return body;
      held.writeTo(out);
      held.reset();
      out.flush();
      return body;
    }

    private static boolean asksForSecrecy(byte[] first) {
      return first.length == 4;
    }

    private void atCommit() throws IOException {
      var fate = next;
      next = Fate.PASSES;
      if (fate != Fate.PASSES) cuts.incrementAndGet();
      if (fate == Fate.LOST) throw new IOException("lost");
      if (fate == Fate.UNANSWERED) mute = true;
    }

    /** A statement goes by its name once it is prepared. */
    private void learn(String[] nameAndText) {
      if (nameAndText[1].strip().startsWith(EVERY_COMMIT)) commitNames.add(nameAndText[0]);
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
      } finally {
        forget();
      }
    }

    private void forget() {
      open.remove(client);
      open.remove(server);
    }
  }

  /** Cuts every connection there is; new ones are let through. */
  void cut() throws IOException {
    for (var socket : open) socket.close();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
  }
}
