package dev.raincheck.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One keep-alive connection with at most one request under way. Reads just enough of HTTP/1.1. */
final class Connection {
  private static final byte[] LENGTH = "content-length:".getBytes(ISO_8859_1);

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(64 * 1024);
  private ByteBuffer out = ByteBuffer.allocate(0);
  private int need = -1; // Bytes of the whole answer, once its header is there.
  private boolean busy;
  private long startedAt;

  Connection(Selector selector, InetSocketAddress server) throws IOException {
    channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  boolean busy() {
    return busy;
  }

  long startedAt() {
    return startedAt;
  }

  /** @param now what the latency is counted from */
  void send(ByteBuffer request, long now) throws IOException {
    busy = true;
    startedAt = now;
    need = -1;
    in.clear();
    out = request;
    write();
  }

  void write() throws IOException {
    channel.write(out);
    key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  /** Reads what is there; the status once the answer is complete, else 0. */
  int read() throws IOException {
    if (channel.read(in) < 0) throw new IOException("the server closed a connection");
    if (need < 0) need = wholeLength();
    if (need < 0 || in.position() < need) return 0;
    busy = false;
    return 100 * (in.get(9) - '0') + 10 * (in.get(10) - '0') + in.get(11) - '0';
  }

  private int wholeLength() {
    int end = headerEnd();
    if (end < 0) return -1;
    for (int at = 0; at < end; at++) {
      if (in.get(at) == '\n' && startsWith(at + 1)) return end + number(at + 1 + LENGTH.length);
    }
    return end;
  }

  private int headerEnd() {
    for (int at = 3; at < in.position(); at++) {
      if (in.get(at) == '\n' && in.get(at - 2) == '\n') return at + 1;
    }
    return -1;
  }

  private boolean startsWith(int at) {
    for (int i = 0; i < LENGTH.length; i++) if ((in.get(at + i) | 0x20) != (LENGTH[i] | 0x20)) return false;
    return true;
  }

  private int number(int at) {
    int value = 0;
    for (; in.get(at) != '\r'; at++) if (in.get(at) != ' ') value = value * 10 + in.get(at) - '0';
    return value;
  }

  void close() throws IOException {
    channel.close();
  }
}
