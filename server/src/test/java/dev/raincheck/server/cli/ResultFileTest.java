package dev.raincheck.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A result is saved over connections that break. */
@Timeout(60)
class ResultFileTest {
  private static final String BODY = "0123456789";
  private static final String HEAD = "ETag: \"e\"\r\nConnection: close\r\n";

  @TempDir Path folder;

  /** Answers one connection after the other, then none; notes the ranges that were asked for. */
  private static final class Breaking implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final ArrayDeque<String> script;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    Breaking(String... answers) throws IOException {
      script = new ArrayDeque<>(List.of(answers));
      Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
      while (true) {
        try (var connection = socket.accept();
            var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII))) {
          var ranges = new TreeSet<String>();
          for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.startsWith("Range:") || line.startsWith("If-Range:")) ranges.add(line);
          }
          asked.add(String.join(" ", ranges));
          var answer = script.poll();
          if (answer != null) connection.getOutputStream().write(answer.getBytes(US_ASCII));
        } catch (IOException over) {
          if (socket.isClosed()) return;
        }
      }
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String answer(String status, int length, String more, String body) {
    return "HTTP/1.1 %s\r\nContent-Length: %d\r\n%s%s\r\n%s".formatted(status, length, HEAD, more, body);
  }

  private static String digest(String text) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII));
    return "Repr-Digest: sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":\r\n";
  }

  private Path save(Breaking server) throws Exception {
    var file = folder.resolve("result");
    try (var api = new Api(server.url(), Optional.empty(), Optional.empty())) {
      var first = api.stream("/result", Map.of());
      new ResultFile(api, _ -> {}, "/result", file).save(first.headers(), first.body());
    }
    return file;
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void it_goes_on_where_the_connection_broke() throws Exception {
    try (var server =
        new Breaking(
            answer("200 OK", 10, digest(BODY), "0123"),
            answer("206 Partial Content", 6, "", "45"),
            answer("503 Service Unavailable", 0, "", ""),
            answer("206 Partial Content", 4, "", "6789"))) {
      assertThat(save(server)).hasContent(BODY);
      assertThat(server.asked)
          .hasSize(4)
          .contains("If-Range: \"e\" Range: bytes=4-", "If-Range: \"e\" Range: bytes=6-");
    }
  }

  @Test
  void it_gives_up_when_nothing_more_comes_and_leaves_nothing() throws Exception {
    try (var server = new Breaking(answer("200 OK", 10, "", "0123"))) {
      assertThatThrownBy(() -> save(server)).isInstanceOf(Failure.class);
      assertThat(server.asked).hasSizeGreaterThan(4);
      assertNothingIsLeft();
    }
  }

  @Test
  void another_result_is_not_mixed_with_the_first() throws Exception {
    try (var server =
        new Breaking(answer("200 OK", 10, "", "0123"), answer("200 OK", 10, "", "abcdefghij"))) {
      assertThatThrownBy(() -> save(server)).hasMessageContaining("changed");
      assertNothingIsLeft();
    }
  }

  @Test
  void what_does_not_have_its_digest_is_not_kept() throws Exception {
    try (var server = new Breaking(answer("200 OK", 10, digest("something else"), BODY))) {
      assertThatThrownBy(() -> save(server)).hasMessageContaining("SHA-256");
      assertNothingIsLeft();
    }
  }
}
