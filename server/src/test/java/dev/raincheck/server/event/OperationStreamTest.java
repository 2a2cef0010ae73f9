package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Reader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events of one operation, read from raw sockets, on every store. */
@Timeout(120)
class OperationStreamTest {
  @TempDir Path folder;

  private EventsServer server(String store) throws Exception {
    var clock = InstantSource.system();
    return new EventsServer(EventsServer.open(store, folder, clock), clock);
  }

  private static String url(OperationId id) {
    return "/v1/operations/" + id.text();
  }

  private static String events(OperationId id) {
    return url(id) + "/events";
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_stream_begins_with_a_snapshot_tells_what_follows_and_ends_with_the_operation(String store)
      throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var client = server.stream(events(id))) {
        assertThat(client.status).isEqualTo(200);
        assertThat(client.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(client.header("Cache-Control")).isEqualTo("no-store");
        assertThat(client.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(client.header("Vary")).isEqualTo("Accept, Prefer");
        assertThat(client.header("RateLimit")).isNotEmpty();
        assertThat(client.line()).isEqualTo("retry: 2000");
        assertThat(client.line()).isEqualTo(": ok");
        assertThat(client.line()).isEmpty();

        var snapshot = client.event();
        assertThat(snapshot.toString()).isEqualTo("snapshot 2");
        assertThat(snapshot.data().path("type").asString()).isEqualTo("operation.snapshot");
        assertThat(snapshot.data().path("seq").asString()).isEqualTo("00000000000000000002");
        assertThat(snapshot.data().path("data").path("status").asString()).isEqualTo("running");
        assertThat(snapshot.data().has("resync")).isFalse();

        server.end(id);
        var end = client.event();
        assertThat(end.toString()).isEqualTo("end 3");
        assertThat(end.data().path("type").asString()).isEqualTo("operation.succeeded");
        assertThat(end.data().path("operation_id").asString()).isEqualTo(id.text());
        assertThat(end.data().path("data").path("result").path("pages").asInt()).isEqualTo(3);
        assertThat(client.event()).isNull();
        assertThat(client.isClosed()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void the_operation_s_own_url_is_a_stream_for_who_accepts_nothing_else(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.end(id);
      awaitDone(server, id);
      try (var client = server.stream(url(id))) {
        assertThat(client.events()).extracting(Object::toString).containsExactly("snapshot 3", "end 3");
      }
      try (var document = server.connect(url(id), "Accept: text/event-stream;q=0.1, application/json")) {
        assertThat(document.json().path("id").asString()).isEqualTo(id.text());
      }
      try (var anything = server.connect(url(id), "Accept: text/html")) {
        assertThat(anything.json().path("id").asString()).isEqualTo(id.text());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void who_resumes_gets_everything_after_and_nothing_twice(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      for (int i = 0; i < 100; i++) context.output(("piece " + i).getBytes(UTF_8), "text/plain");
      context.log("warn", "nearly done", Map.of("left", "1"));
      server.end(id);
      awaitDone(server, id);
      int last = version(server, id);
      assertThat(last).isEqualTo(104);
      for (int after : List.of(0, 1, 2, 50, 103)) {
        try (var client = server.stream(events(id), "Last-Event-ID: " + after)) {
          assertThat(client.events())
              .extracting(StreamClient.Block::id)
              .containsExactlyElementsOf(numbers(after + 1, last));
        }
      }
      try (var client = server.stream(events(id) + "?after=1", "Last-Event-ID: 103")) {
        assertThat(client.event().toString()).as("the header wins").isEqualTo("end 104");
      }
      try (var client = server.stream(events(id) + "?after=101")) {
        assertThat(client.events()).extracting(Object::toString).containsExactly("output 102", "log 103", "end 104");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void while_much_happens_every_number_is_told_once_in_order_to_everyone(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      var clients = new LinkedHashMap<StreamClient, Integer>();
      for (int i = 0; i < 300; i++) {
        context.output(("piece " + i).getBytes(UTF_8), "text/plain");
        if (i % 30 == 0) clients.put(server.stream(events(id), "Last-Event-ID: 0"), 0);
        if (i % 30 == 15) {
          var client = server.stream(events(id));
          clients.put(client, Integer.parseInt(client.event().id()));
        }
      }
      server.end(id);
      for (var one : clients.entrySet()) {
        try (var client = one.getKey()) {
          var events = client.events();
          assertThat(events)
              .extracting(StreamClient.Block::id)
              .containsExactlyElementsOf(numbers(one.getValue() + 1, 303));
          assertThat(events.getLast().event()).isEqualTo("end");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void at_the_end_of_a_done_operation_there_is_no_content(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.end(id);
      awaitDone(server, id);
      for (var seen : List.of("3", "4", "99999999999999999999", "00000000000000000003")) {
        try (var client = server.stream(events(id), "Last-Event-ID: " + seen)) {
          assertThat(client.status).as(seen).isEqualTo(204);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void what_cannot_be_resumed_begins_anew_and_says_so(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      for (var seen : List.of("abc", "-1", "1.5", "3", "0x1", "99999999999999999999999999")) {
        try (var client = server.stream(events(id), "Last-Event-ID: " + seen)) {
          var snapshot = client.event();
          assertThat(snapshot.toString()).as(seen).isEqualTo("snapshot 2");
          assertThat(snapshot.data().path("resync").asBoolean()).isTrue();
        }
      }
      for (var query : List.of("?after=x", "?after=", "?after=1&after=1")) {
        try (var client = server.stream(events(id) + query)) {
          assertThat(client.event().data().path("resync").asBoolean()).as(query).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_history_that_was_trimmed_is_told_as_far_as_it_goes_then_a_snapshot_stands_for_the_rest(String store)
      throws Exception {
    try (var server = server(store)) {
      var id = server.submit("flaky");
      awaitDone(server, id);
      int last = version(server, id);
      try (var client = server.stream(events(id), "Last-Event-ID: 0")) {
        var events = client.events();
        assertThat(events.get(8).toString()).isEqualTo("status 9");
        assertThat(events.get(9).toString()).isEqualTo("snapshot " + last);
        assertThat(events.get(9).data().path("resync").asBoolean()).isTrue();
        assertThat(events.get(10).toString()).isEqualTo("end " + last);
        assertThat(events).hasSize(11);
      }
      try (var client = server.stream(events(id), "Last-Event-ID: 20")) {
        assertThat(client.events()).extracting(Object::toString).containsExactly("snapshot " + last, "end " + last);
      }
      try (var page = server.connect(events(id))) {
        assertThat(page.json().path("next_after").asInt()).isEqualTo(9);
      }
      for (var accept : List.of("application/json", "application/x-ndjson")) {
        try (var page = server.connect(events(id) + "?after=9", "Accept: " + accept)) {
          assertThat(page.status).isEqualTo(410);
          assertThat(page.json().path("code").asString()).isEqualTo("cursor_expired");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void progress_has_no_number_and_is_not_told_again(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      try (var client = server.stream(events(id))) {
        assertThat(client.event().toString()).isEqualTo("snapshot 2");
        context.progress(Progress.of(17, 40, "page"));

        var progress = client.event();
        assertThat(progress.toString()).isEqualTo("progress ");
        assertThat(progress.data().path("seq").isNull()).isTrue();
        assertThat(progress.data().path("type").asString()).isEqualTo("operation.progress");
        assertThat(progress.data().path("data").path("percent").asDouble()).isEqualTo(42.5);

        server.end(id);
        var end = client.event();
        assertThat(end.toString()).isEqualTo("end 3");
        assertThat(end.data().path("data").path("progress").path("current").asInt()).isEqualTo(17);
      }
      try (var client = server.stream(events(id), "Last-Event-ID: 0")) {
        assertThat(client.events()).extracting(StreamClient.Block::event).doesNotContain("progress");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void log_and_output_are_told_as_what_they_are(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      try (var client = server.stream(events(id))) {
        client.event();
        context.log("info", "one", Map.of("page", "1"));
        context.log("error", "two", Map.of());
        context.output("{\"n\": 1.50}".getBytes(UTF_8), "application/json");
        context.output(new byte[] {0, -1}, "image/png");

        var log = client.event().data();
        assertThat(log.path("type").asString()).isEqualTo("operation.log");
        assertThat(log.path("data").path("level").asString()).isEqualTo("error");
        assertThat(log.path("data").path("message").asString()).isEqualTo("one\ntwo");
        assertThat(log.path("data").path("fields").path("page").asString()).isEqualTo("1");
        assertThat(log.path("data").path("lines").size()).isEqualTo(2);
        var json = client.event();
        assertThat(json.field("data")).contains("\"data\":{\"content_type\":\"application/json\",\"body\":{\"n\": 1.50}}");
        var binary = client.event().data().path("data");
        assertThat(binary.path("body").isNull()).isTrue();
        assertThat(binary.path("body_base64").asString()).isEqualTo("AP8=");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void an_entry_is_the_same_bytes_live_resumed_in_lines_and_in_pages(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      List<String> live;
      try (var client = server.stream(events(id), "Last-Event-ID: 0");
          var lines = server.connect(events(id), "Accept: application/x-ndjson")) {
        context.output("piece".getBytes(UTF_8), "text/plain");
        server.end(id);
        live = client.events().stream().map(event -> event.field("data")).toList();
        var told = new ArrayList<String>();
        for (var line = lines.line(); line != null; line = lines.line()) told.add(line);
        assertThat(told).isEqualTo(live).hasSize(4);
      }
      try (var client = server.stream(events(id), "Last-Event-ID: 0")) {
        assertThat(client.events()).extracting(event -> event.field("data")).isEqualTo(live);
      }
      try (var page = server.connect(events(id))) {
        var data = page.json().path("data");
        for (int i = 0; i < live.size(); i++) assertThat(data.get(i).path("id").asString()).isNotEmpty();
        assertThat(data.size()).isEqualTo(live.size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void what_is_not_there_is_a_status(String store) throws Exception {
    try (var server = server(store)) {
      try (var client = server.stream("/v1/operations/op_01JD8X0000000000000000000Z/events")) {
        assertThat(client.status).isEqualTo(404);
      }
      var id = server.submit("held");
      server.end(id);
      awaitDone(server, id);
      server.operations().delete(EventsServer.TENANT, id, null).join();
      for (var path : List.of(events(id), url(id))) {
        try (var client = server.stream(path)) {
          assertThat(client.status).isEqualTo(410);
          assertThat(client.json().path("code").asString()).isEqualTo("operation_gone");
        }
      }
      try (var client = server.connect(events(id), "Accept: image/png")) {
        assertThat(client.status).isEqualTo(406);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void head_tells_of_the_stream_and_opens_none(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var client = server.head(events(id), "Accept: text/event-stream")) {
        assertThat(client.status).isEqualTo(200);
        assertThat(client.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(client.headers).doesNotContainKey("content-length");
        assertThat(client.isClosed()).isTrue();
      }
      assertThat(server.streams.open()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_stream_is_closed_without_an_end_when_the_server_stops(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var client = server.stream(events(id));
          var all = server.stream("/v1/events")) {
        assertThat(client.event().event()).isEqualTo("snapshot");
        assertThat(all.event().event()).isEqualTo("snapshot");

        server.beginDrain();

        assertThat(client.event()).isNull();
        assertThat(all.event()).isNull();
        assertThat(server.awaitQuiet()).isTrue();
        assertThat(server.streams.open()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void who_leaves_is_forgotten(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var client = server.stream(events(id))) {
        assertThat(client.event().event()).isEqualTo("snapshot");
        assertThat(server.streams.open()).isEqualTo(1);
      }
      while (server.streams.open() > 0) Thread.onSpinWait();
      server.end(id);
      awaitDone(server, id);
    }
  }

  private static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  private static int version(EventsServer server, OperationId id) {
    return ((Reader.Found.Here) server.operations().find(EventsServer.TENANT, id)).operation().version();
  }

  private static void awaitDone(EventsServer server, OperationId id) {
    try (var end = server.operations().waits().until(id, operation -> operation.done())) {
      if (server.operations().find(EventsServer.TENANT, id) instanceof Reader.Found.Here(var operation)
          && operation.done()) return;
      assertThat(end.woken().orTimeout(60, TimeUnit.SECONDS).join()).isPresent();
    }
  }
}
