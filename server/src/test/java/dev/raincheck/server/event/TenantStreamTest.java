package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All of a tenant's events, as a stream, on every store. */
@Timeout(120)
class TenantStreamTest {
  @TempDir Path folder;

  private EventsServer server(String store) throws Exception {
    var clock = InstantSource.system();
    return new EventsServer(EventsServer.open(store, folder, clock), clock);
  }

  private static String told(StreamClient.Block event) {
    var data = event.data();
    return data.path("operation_id").asString() + " " + data.path("type").asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void everything_of_the_tenant_is_told_from_now_on(String store) throws Exception {
    try (var server = server(store)) {
      server.attempt(server.submit("held"));
      try (var client = server.stream("/v1/events")) {
        assertThat(client.block().lines()).containsExactly("retry: 2000", ": ok");
        var snapshot = client.event();
        assertThat(snapshot.event()).isEqualTo("snapshot");
        assertThat(snapshot.id()).isNotEmpty();
        assertThat(snapshot.data().path("operation_id").isNull()).isTrue();
        assertThat(snapshot.data().has("resync")).isFalse();

        var id = server.submit("held", List.of("red"), "order-7");
        assertThat(told(client.event())).isEqualTo(id + " operation.queued");
        var running = client.event();
        assertThat(running.event()).isEqualTo("status");
        assertThat(told(running)).isEqualTo(id + " operation.running");
        assertThat(running.data().path("correlation_id").asString()).isEqualTo("order-7");
        assertThat(running.data().path("seq").asString()).isEqualTo("00000000000000000002");

        server.attempt(id).context().progress(Progress.of(1, 2, "page"));
        var progress = client.event();
        assertThat(progress.event()).isEqualTo("progress");
        assertThat(progress.id()).isEmpty();

        server.end(id);
        var end = client.event();
        assertThat(end.event()).as("the stream goes on").isEqualTo("status");
        assertThat(told(end)).isEqualTo(id + " operation.succeeded");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void who_resumes_gets_everything_after_and_nothing_twice(String store) throws Exception {
    try (var server = server(store)) {
      var told = new ArrayList<String>();
      String last;
      try (var client = server.stream("/v1/events")) {
        last = client.event().id();
      }
      var ids = new ArrayList<OperationId>();
      for (int i = 0; i < 90; i++) {
        ids.add(submit(server, "echo"));
        if (i % 30 == 0) {
          // Comes and goes while others write: each time it takes a few and leaves.
          try (var client = server.stream("/v1/events", "Last-Event-ID: " + last)) {
            var event = client.event();
            told.add(told(event));
            last = event.id();
          }
        }
      }
      try (var client = server.stream("/v1/events", "Last-Event-ID: " + last)) {
        while (told.size() < 270) told.add(told(client.event()));
      }
      assertThat(told).doesNotHaveDuplicates();
      for (var id : ids) {
        assertThat(told.stream().filter(one -> one.startsWith(id.text())))
            .containsExactly(id + " operation.queued", id + " operation.running", id + " operation.succeeded");
      }
      try (var all = server.stream("/v1/events?after=0")) {
        var again = new ArrayList<String>();
        while (again.size() < 270) again.add(told(all.event()));
        assertThat(again).isEqualTo(told);
      }
    }
  }

  private static OperationId submit(EventsServer server, String type) {
    return server.submit(
        type,
        what ->
            new NewOperation(
                what.tenant(), type, new Input("{}".getBytes(UTF_8), "application/json"), null, null, null, Map.of(), List.of(), null, null, null,
                what.fingerprint(), null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_filter_lets_through_what_it_names(String store) throws Exception {
    try (var server = server(store)) {
      try (var types = server.stream("/v1/events?types=operation.succeeded");
          var ofType = server.stream("/v1/events?types=held,operation.running");
          var tags = server.stream("/v1/events?tags=red,blue&types=operation.queued");
          var correlated = server.stream("/v1/events?correlation_id=order-7&types=operation.*")) {
        for (var client : List.of(types, ofType, tags, correlated)) client.event();
        var echo = submit(server, "echo");
        assertThat(told(types.event())).isEqualTo(echo + " operation.succeeded");
        var red = server.submit("held", List.of("red"), "order-7");
        server.end(red);

        assertThat(told(types.event())).isEqualTo(red + " operation.succeeded");
        assertThat(told(ofType.event())).isEqualTo(red + " operation.running");
        assertThat(told(tags.event())).isEqualTo(red + " operation.queued");
        assertThat(told(correlated.event())).isEqualTo(red + " operation.queued");
        assertThat(told(correlated.event())).isEqualTo(red + " operation.running");
      }
      for (var query :
          List.of("types=", "types=operation.done", "types=A", "tags=a b".replace(" ", "%20"), "tags=a,,b",
              "correlation_id=", "correlation_id=%20", "tags=a&tags=b")) {
        try (var client = server.stream("/v1/events?" + query)) {
          assertThat(client.status).as(query).isEqualTo(400);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_cursor_that_means_nothing_here_begins_anew_and_says_so(String store) throws Exception {
    try (var server = server(store)) {
      String filtered;
      try (var client = server.stream("/v1/events?tags=red")) {
        filtered = client.event().id();
      }
      for (var id : List.of("abc", "1", filtered, filtered.substring(1), "")) {
        try (var client = server.stream("/v1/events?after=" + id)) {
          var snapshot = client.event();
          assertThat(snapshot.event()).isEqualTo("snapshot");
          assertThat(snapshot.data().path("resync").asBoolean()).as(id).isTrue();
        }
        if (id.isEmpty()) continue;
        try (var page = server.connect("/v1/events?after=" + id)) {
          assertThat(page.status).isEqualTo(400);
          assertThat(page.json().path("code").asString()).isEqualTo("cursor_invalid");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void the_house_s_own_operations_are_told_to_who_names_them_only(String store) throws Exception {
    try (var server = server(store)) {
      try (var all = server.stream("/v1/events")) {
        all.event();
        var own = server.submit(dev.raincheck.server.operation.BulkCancel.TYPE);
        var other = server.submit("held");
        assertThat(told(all.event())).isEqualTo(other + " operation.queued");
        try (var named = server.stream("/v1/operations/" + own + "/events")) {
          assertThat(named.event().event()).isEqualTo("snapshot");
        }
      }
    }
  }
}
