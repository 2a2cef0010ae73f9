package dev.raincheck.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that are too long for memory, in both directions. */
@Timeout(60)
class StreamTest {
  private static final int MEMORY = 100_000;
  private static final int MOST = 1_000_000;
  private static final String HEAD = "POST /count HTTP/1.1\r\nHost: a\r\n";

  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

  /** Says how much came, and whether it came whole or as a stream. */
  private Answer count(Request request) {
    try {
      return switch (request.content(MEMORY, MOST)) {
        case BodyContent.Whole(byte[] bytes) -> told("whole " + bytes.length);
        case BodyContent.Streamed(InputStream stream) -> {
          long count = stream.transferTo(OutputStream.nullOutputStream());
          yield told("streamed " + count);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RefusedException refused) {
      seen.add("refused " + refused.refusal().code());
      throw refused;
    }
  }

  private static Answer told(String text) {
    return Response.status(200).body("text/plain", text.getBytes(US_ASCII));
  }

  private TestServer server(HttpLimits limits) throws IOException {
    return new TestServer(
        limits,
        Route.post("/count", this::count).forAnyone().takes(MOST),
        Route.get("/long", _ -> download(3_000_000)).forAnyone(),
        Route.get("/short", _ -> shorter()).forAnyone());
  }

  private static Download download(int length) {
    return Response.status(200)
        .header("X-A", "b")
        .download("video/mp4", length, () -> new ByteArrayInputStream(bytes(length)));
  }

  /** Its source ends before its length. */
  private static Download shorter() {
    return Response.status(200).download("video/mp4", 200_000, () -> new ByteArrayInputStream(bytes(100_000)));
  }

  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) (i / 251);
    return bytes;
  }

  private static String chunks(int count, int size) {
    return (Integer.toHexString(size) + "\r\n" + "x".repeat(size) + "\r\n").repeat(count);
  }

  private static RawClient.Reply reply(RawClient client) throws IOException {
    var reply = client.reply();
    assertThat(reply).isNotNull();
    return reply;
  }

  @Test
  void a_body_is_whole_up_to_the_memory_limit_and_a_stream_beyond_it() throws IOException {
    try (var server = server(HttpLimits.DEFAULT);
        var client = server.connect()) {
      for (int length : new int[] {0, 1, MEMORY - 1, MEMORY}) {
        client.send(HEAD + "Content-Length: " + length + "\r\n\r\n" + "x".repeat(length));
        assertThat(reply(client).text()).isEqualTo("whole " + length);
      }
      for (int length : new int[] {MEMORY + 1, MOST}) {
        client.send(HEAD + "Content-Length: " + length + "\r\n\r\n" + "x".repeat(length));
        assertThat(reply(client).text()).isEqualTo("streamed " + length);
      }
    }
  }

  @Test
  void the_same_holds_for_chunks_whose_length_nobody_knows() throws IOException {
    try (var server = server(HttpLimits.DEFAULT);
        var client = server.connect()) {
      var head = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
      client.send(head + chunks(10, 10_000) + "0\r\n\r\n");
      assertThat(reply(client).text()).isEqualTo("whole 100000");
      client.send(head + chunks(10, 10_000) + "1\r\nx\r\n0\r\n\r\n");
      assertThat(reply(client).text()).isEqualTo("streamed 100001");
      client.send(head + chunks(100, 10_000) + "0\r\n\r\n");
      assertThat(reply(client).text()).isEqualTo("streamed 1000000");
    }
  }

  @Test
  void too_long_a_body_is_413_at_once_by_its_length_and_else_when_it_gets_there() throws IOException {
    try (var server = server(HttpLimits.DEFAULT)) {
      try (var client = server.connect()) {
        client.send(HEAD + "Content-Length: 1000001\r\n\r\n");
        assertThat(reply(client).status()).isEqualTo(413);
      }
      try (var client = server.connect()) {
        client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks(100, 10_000));
        client.sendIfTaken("1\r\nx\r\n");
        assertThat(reply(client).member("code")).isEqualTo("payload_too_large");
        assertThat(client.isClosed()).isTrue();
      }
    }
  }

  @Test
  void a_stream_that_breaks_off_is_refused_to_its_reader() throws Exception {
    try (var server = server(HttpLimits.DEFAULT)) {
      try (var client = server.connect()) {
        client.send(HEAD + "Content-Length: 900000\r\n\r\n" + "x".repeat(500_000));
      }
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo("refused invalid_request");
    }
  }

  @Test
  void a_stream_that_stands_still_is_a_408() throws IOException {
    try (var server = server(Limits.body(Duration.ofMillis(300)));
        var client = server.connect()) {
      // What has come pays for time that this test does not have, but not for standing still.
      client.send(HEAD + "Content-Length: 900000\r\n\r\n" + "x".repeat(500_000));
      assertThat(reply(client).status()).isEqualTo(408);
    }
  }

  @Test
  void a_long_answer_arrives_whole_and_the_connection_goes_on() throws IOException {
    try (var server = server(HttpLimits.DEFAULT);
        var client = server.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
        var reply = reply(client);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Length")).isEqualTo("3000000");
        assertThat(reply.header("X-A")).isEqualTo("b");
        assertThat(reply.body()).isEqualTo(bytes(3_000_000));
      }
      client.send("HEAD /long HTTP/1.1\r\nHost: a\r\n\r\n");
      var head = client.reply("HEAD");
      assertThat(head).isNotNull();
      assertThat(head.header("Content-Length")).isEqualTo("3000000");
    }
  }

  @Test
  void a_source_that_fails_half_way_cuts_the_answer_off() throws IOException {
    try (var server = server(HttpLimits.DEFAULT);
        var client = server.connect()) {
      client.send("GET /short HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(reply(client).body()).hasSizeLessThan(200_000);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void a_reader_that_does_not_read_is_cut_and_its_source_closed() throws Exception {
    var closed = new LinkedBlockingQueue<String>();
    var endless =
        Route.get(
                "/endless",
                _ ->
                    Response.status(200)
                        .download("video/mp4", Long.MAX_VALUE, () -> new Endless(closed)))
            .forAnyone();
    var d = HttpLimits.DEFAULT;
    var impatient =
        new HttpLimits(
            d.headerTime(), Duration.ofMillis(300), 10_000_000, d.idleTime(), d.lingerTime(), d.goneAfter(),
            d.uriBytesMax(), d.headerBytesMax(), d.bodiesBytesMax(), d.requestsMax(), d.connectionsMax(),
            d.backlog());
    try (var server = new TestServer(impatient, endless);
        var client = server.connect()) {
      client.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(closed.poll(30, TimeUnit.SECONDS)).isEqualTo("closed");
      var finished = server.finished.poll(30, TimeUnit.SECONDS);
      assertThat(finished).isNotNull();
      assertThat(server.http.awaitQuiet(Duration.ofSeconds(30))).isTrue();
    }
  }

  private static final class Endless extends InputStream {
    private final LinkedBlockingQueue<String> closed;

    Endless(LinkedBlockingQueue<String> closed) {
      this.closed = closed;
    }

    @Override
    public int read() {
      return 'x';
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return length;
    }

    @Override
    public void close() {
      closed.add("closed");
    }
  }
}
