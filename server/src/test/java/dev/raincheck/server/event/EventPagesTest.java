package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as pages, and as lines. */
@Timeout(120)
class EventPagesTest {
  @TempDir Path folder;

  private EventsServer server(String store) throws Exception {
    var clock = InstantSource.system();
    return new EventsServer(EventsServer.open(store, folder, clock), clock);
  }

  private static String events(OperationId id) {
    return "/v1/operations/" + id + "/events";
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void pages_of_an_operation_follow_each_other_to_its_end(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      for (int i = 0; i < 30; i++) context.output(("piece " + i).getBytes(UTF_8), "text/plain");
      server.end(id);
      try (var client = server.stream(events(id))) {
        client.events(); // until it is done
      }
      var seen = new ArrayList<Integer>();
      long after = 0;
      for (boolean done = false; !done; ) {
        try (var client = server.connect(events(id) + "?limit=7&after=" + after)) {
          var page = client.json();
          for (var event : page.path("data")) seen.add(Integer.parseInt(event.path("seq").asString()));
          after = page.path("next_after").asLong();
          done = page.path("done").asBoolean();
          assertThat(page.path("data").size()).isLessThanOrEqualTo(7);
        }
      }
      assertThat(seen).hasSize(33).isSorted().doesNotHaveDuplicates().startsWith(1).endsWith(33);
      try (var client = server.connect(events(id) + "?after=33&wait=30")) {
        assertThat(client.json().toString()).isEqualTo("{\"data\":[],\"next_after\":33,\"done\":true}");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_page_may_wait_for_what_comes_next(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      var waiting = new Thread(() -> server.end(id));
      try (var now = server.connect(events(id) + "?after=2")) {
        var page = now.json();
        assertThat(page.toString()).isEqualTo("{\"data\":[],\"next_after\":2,\"done\":false}");
        assertThat(now.header("Retry-After")).isEqualTo("1");
      }
      waiting.start();
      try (var client = server.connect(events(id) + "?after=2", "Prefer: wait=30")) {
        var page = client.json();
        assertThat(page.path("data").get(0).path("type").asString()).isEqualTo("operation.succeeded");
        assertThat(page.path("done").asBoolean()).isTrue();
        assertThat(client.header("Preference-Applied")).isEqualTo("wait=30");
      }
      waiting.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void what_cannot_be_read_is_400(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      for (var query : List.of("after=x", "after=-1", "after=", "limit=0", "limit=101", "wait=56", "wait=x", "after=1&after=2")) {
        try (var client = server.connect(events(id) + "?" + query)) {
          assertThat(client.status).as(query).isEqualTo(400);
        }
      }
      server.attempt(id);
      try (var client = server.connect(events(id) + "?after=99")) {
        assertThat(client.json().path("next_after").asInt()).as("ahead of us").isEqualTo(2);
      }
    }
  }

  @Test
  void one_wait_too_many_is_answered_at_once_and_told_to_come_later_than_usual() throws Exception {
    try (var server = server("memory")) {
      var answers = new LinkedBlockingQueue<String>();
      for (int i = 0; i < EventsServer.WAITS_PER_KEY + 1; i++) {
        Thread.ofVirtual().start(() -> answers.add(retryAfter(server, "/v1/events?wait=30")));
      }
      assertThat(answers.take()).isIn("3", "4");
      server.beginDrain();
      for (int i = 0; i < EventsServer.WAITS_PER_KEY; i++) assertThat(answers.take()).isEqualTo("0");
    }
  }

  private static String retryAfter(EventsServer server, String path) {
    try (var client = server.connect(path)) {
      return client.header("Retry-After");
    } catch (IOException broken) {
      return broken.toString();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void pages_of_a_tenant_go_on_by_cursors(String store) throws Exception {
    try (var server = server(store)) {
      var ids = new ArrayList<OperationId>();
      for (int i = 0; i < 10; i++) {
        var id = server.submit("held", List.of(i % 2 == 0 ? "even" : "odd"), "case");
        server.attempt(id);
        ids.add(id);
      }
      var seen = new ArrayList<String>();
      String after = "0";
      while (seen.size() < 10) {
        try (var client = server.connect("/v1/events?tags=odd&limit=3&after=" + after)) {
          var page = client.json();
          for (var event : page.path("data")) {
            seen.add(event.path("operation_id").asString() + event.path("type").asString());
          }
          after = page.path("next_after").asString();
          assertThat(page.path("done").asBoolean()).isFalse();
        }
      }
      assertThat(seen).doesNotHaveDuplicates().allMatch(one -> ids.indexOf(OperationId.parse(one.substring(0, 29)).orElseThrow()) % 2 == 1);

      var next = new Thread(() -> server.submit("held", List.of("odd"), "late"));
      next.start();
      try (var client = server.connect("/v1/events?tags=odd&wait=30&after=" + after)) {
        assertThat(client.json().path("data").get(0).path("correlation_id").asString()).isEqualTo("late");
      }
      next.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void lines_follow_to_the_end(String store) throws Exception {
    try (var server = server(store)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var client = server.connect(events(id) + "?after=2", "Accept: application/x-ndjson")) {
        assertThat(client.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(client.line()).as("a heartbeat, so that the head leaves").isEmpty();
        server.end(id);
        assertThat(client.line()).contains("\"type\":\"operation.succeeded\"").contains("\"pages\": 3, \"ok\"");
        assertThat(client.line()).isNull();
      }
    }
  }
}
