package dev.raincheck.server.demo;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.serve.Node;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the tour goes through: a real server with its file, and a slow endpoint beside it. */
final class House implements AutoCloseable {
  static final int PORT = 8080;
  static final int ADMIN_PORT = 8081;

  private final Path folder;
  private final SlowEndpoint endpoint;
  private final Node node;
  private final String yaml;
  private final List<String> notes;

  private House(Path folder, SlowEndpoint endpoint, Node node, String yaml, List<String> notes) {
    this.folder = folder;
    this.endpoint = endpoint;
    this.node = node;
    this.yaml = yaml;
    this.notes = List.copyOf(notes);
  }

  /**
   * Writes the configuration, reads it as {@code raincheck serve} would, and starts.
   *
   * @param folder exists; everything is kept there
   * @param port as wished; another if it is taken, or 0
   */
  static House open(
      Path folder, Sizes sizes, int port, int adminPort, Consumer<StoreException> whenBroken)
      throws IOException {
    var notes = new ArrayList<String>();
    int main = free(port, notes);
    int admin = free(adminPort, notes);
    var endpoint = SlowEndpoint.start(sizes);
    try {
      var yaml = ConfigText.of(main, admin, endpoint.url(), sizes);
      var file = Files.writeString(folder.resolve("raincheck.yaml"), yaml);
      var types = List.of(DrawPoster.type(), MakeThumbnails.type(), ReportSales.type());
      var node = Node.start(read(file), types, whenBroken);
      return new House(folder, endpoint, node, yaml, notes);
    } catch (IOException | RuntimeException e) {
      endpoint.close();
      throw e;
    }
  }

  private static ServerConfig read(Path file) {
    return switch (ConfigFile.read(file, System::getenv)) {
      case Loaded.Valid(var config) -> config;
      case Loaded.Invalid invalid -> throw new IllegalStateException(invalid.toString());
    };
  }

  private static int free(int wish, List<String> notes) throws IOException {
    try {
      return bound(wish);
    } catch (BindException taken) {
      int other = bound(0);
      notes.add("Port %d is taken, so it is %d.".formatted(wish, other));
      return other;
    }
  }

  private static int bound(int port) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return socket.getLocalPort();
    }
  }

  Path folder() {
    return folder;
  }

  String url() {
    return node.publicUrl().toString();
  }

  String adminUrl() {
    return "http://127.0.0.1:" + node.adminPort();
  }

  String endpointUrl() {
    return endpoint.url();
  }

  /** What the server's configuration file says. */
  String yaml() {
    return yaml;
  }

  /** What is other than usual; each a sentence. */
  List<String> notes() {
    return notes;
  }

  @Override
  public void close() {
    node.close();
    endpoint.close();
  }
}
