package dev.raincheck.server.http;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.tls.TestPems;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies longer than memory and than a window, in both directions, with a client that people use. */
@Timeout(60)
class StreamOverHttp2Test {
  private static final int MOST = 5_000_000;

  private final byte[] bytes = new byte[3_000_000];

  StreamOverHttp2Test() {
    new Random(1).nextBytes(bytes);
  }

  private TestServer server() throws IOException {
    return new TestServer(
        HttpLimits.DEFAULT,
        TestPems.any(),
        Route.post("/count", StreamOverHttp2Test::count).forAnyone().takes(MOST),
        Route.get("/long", _ -> download(3_000_000)).forAnyone(),
        Route.get("/short", _ -> download(3_000_001)).forAnyone());
  }

  private static Answer count(Request request) {
    try (var stream = ((BodyContent.Streamed) request.content(1_000, MOST)).stream()) {
      long count = stream.transferTo(OutputStream.nullOutputStream());
      return Response.status(200).body("text/plain", Long.toString(count).getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Download download(int length) {
    return Response.status(200).download("a/b", length, () -> new ByteArrayInputStream(bytes));
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(TestPems.any().client())
        .version(HttpClient.Version.HTTP_2)
        .build();
  }

  private static HttpRequest.Builder request(TestServer server, String path) {
    return HttpRequest.newBuilder(
        URI.create("https://localhost:%d%s".formatted(server.http.port("main"), path)));
  }

  @Test
  void a_long_body_streams_in_with_and_without_its_length() throws Exception {
    try (var server = server();
        var client = client()) {
      for (var body :
          new HttpRequest.BodyPublisher[] {
            BodyPublishers.ofByteArray(bytes),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
          }) {
        var reply =
            client.send(request(server, "/count").POST(body).build(), BodyHandlers.ofString());
        assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("3000000");
      }
    }
  }

  @Test
  void a_long_answer_arrives_whole_and_one_that_breaks_off_is_seen_to() throws Exception {
    try (var server = server();
        var client = client()) {
      var whole = client.send(request(server, "/long").build(), BodyHandlers.ofByteArray());
      assertThat(Arrays.equals(whole.body(), bytes)).isTrue();

      assertThatThrownBy(
              () -> client.send(request(server, "/short").build(), BodyHandlers.ofByteArray()))
          .isInstanceOf(IOException.class);
      assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    }
  }

  @Test
  void a_reader_that_leaves_half_way_ends_the_download() throws Exception {
    try (var server = server();
        var client = client()) {
      var reply = client.send(request(server, "/long").build(), BodyHandlers.ofInputStream());
      try (InputStream body = reply.body()) {
        assertThat(body.readNBytes(1_000)).hasSize(1_000);
      }
      assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    }
  }

  @Test
  void a_refused_upload_still_sees_why() throws Exception {
    try (var server = server();
        var client = client()) {
      var body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[MOST + 1]));
      var reply =
          client.send(
              request(server, "/unread").POST(body).build(), BodyHandlers.ofString());
      assertThat(reply.statusCode()).isEqualTo(202);
    }
  }
}
