package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.Payload;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The published events of a topic: as pages, as a stream and as lines. */
@Timeout(120)
class TopicEventsTest {
  private static final Instant AT = Instant.parse("2026-11-24T08:00:00.123Z");
  private static final String ORDERS = "/v1/events?topic=orders";

  @TempDir Path folder;

  private EventsServer server(String store) throws Exception {
    var clock = InstantSource.system();
    return new EventsServer(EventsServer.open(store, folder, clock), clock);
  }

  private static Fact fact(String topic, String id, String type, @Nullable String key, Payload.@Nullable Inline data) {
    return new Fact(topic, id, null, type, key, AT, data, Map.of());
  }

  private static Fact fact(String id) {
    return fact("orders", id, "OrderPaid", "4711", data("{\"id\": \"" + id + "\",\n\"n\": 1.50}", "application/json"));
  }

  private static Payload.Inline data(String text, String mediaType) {
    return new Payload.Inline(text.getBytes(UTF_8), mediaType);
  }

  private static List<String> ids(JsonNode page) {
    var ids = new ArrayList<String>();
    for (var event : page.path("data")) ids.add(event.path("offset").asLong() + " " + event.path("id").asString());
    return ids;
  }

  @Test
  void an_event_is_a_cloud_event_with_its_topic_key_offset_and_cursor() throws Exception {
    try (var server = server("memory")) {
      var traced = new Fact("orders", "a", "/shop", "OrderPaid", "4711", AT, data("{\"total\":12.5}", "application/json"), Map.of("traceparent", "00-1"));
      server.publish(1, traced, fact("orders", "b", "Bare", null, null));
      try (var client = server.connect(ORDERS)) {
        var page = client.json();
        var cursor = page.path("data").get(0).path("cursor").asString();
        assertThat(page.path("data").get(0).toString())
            .isEqualTo(
                "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/shop\",\"type\":\"OrderPaid\",\"time\":\"2026-11-24T08:00:00.123Z\",\"topic\":\"orders\",\"key\":\"4711\",\"subject\":\"4711\",\"offset\":1,\"cursor\":\"%s\",\"traceparent\":\"00-1\",\"datacontenttype\":\"application/json\",\"data\":{\"total\":12.5}}"
                    .formatted(cursor));
        var bare = page.path("data").get(1);
        assertThat(bare.propertyNames()).doesNotContain("key", "subject", "data", "datacontenttype");
        assertThat(bare.path("source").asString()).isEqualTo(ORDERS);
        assertThat(page.path("next_after").asString()).isEqualTo(bare.path("cursor").asString());
        assertThat(client.header("Content-Type")).isEqualTo("application/json");
      }
    }
  }

  @Test
  void data_is_json_as_json_text_as_text_and_anything_else_in_base_64() throws Exception {
    try (var server = server("memory")) {
      server.publish(
          1,
          fact("orders", "a", "A", null, data("[1,\n2]", "application/vnd.shop+json")),
          fact("orders", "b", "A", null, data("grüße", "text/plain; charset=utf-8")),
          fact("orders", "c", "A", null, new Payload.Inline(new byte[] {0, -1}, "image/png")),
          fact("orders", "d", "A", null, data("{not json", "application/json")));
      try (var client = server.connect(ORDERS)) {
        var data = client.json().path("data");
        assertThat(data.get(0).path("data").toString()).isEqualTo("[1,2]");
        assertThat(data.get(1).path("data").asString()).isEqualTo("grüße");
        assertThat(data.get(2).path("data_base64").asString()).isEqualTo("AP8=");
        assertThat(data.get(3).path("data_base64").asString()).isEqualTo("e25vdCBqc29u");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void pages_go_on_by_cursors_of_pages_or_of_events_and_wait_for_what_comes(String store) throws Exception {
    try (var server = server(store)) {
      for (int i = 1; i <= 20; i++) server.publish(1, fact("id" + i));
      server.publish(1, fact("bills", "other", "X", null, null));

      var seen = new ArrayList<String>();
      String after = "0";
      while (seen.size() < 20) {
        try (var client = server.connect(ORDERS + "&limit=7&after=" + after)) {
          var page = client.json();
          assertThat(page.path("data").size()).isLessThanOrEqualTo(7);
          seen.addAll(ids(page));
          after = page.path("next_after").asString();
        }
      }
      assertThat(seen).isEqualTo(IntStream.rangeClosed(1, 20).mapToObj(i -> i + " id" + i).toList());

      var next = new Thread(() -> server.publish(1, fact("late")));
      next.start();
      try (var client = server.connect(ORDERS + "&after=" + after, "Prefer: wait=30")) {
        assertThat(ids(client.json())).containsExactly("21 late");
      }
      next.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_stream_begins_now_and_who_resumes_gets_everything_after_and_nothing_twice(String store) throws Exception {
    try (var server = server(store)) {
      server.publish(1, fact("before"));
      String last;
      try (var client = server.stream(ORDERS)) {
        var snapshot = client.event();
        assertThat(snapshot.event()).isEqualTo("snapshot");
        assertThat(snapshot.data().path("type").asString()).isEqualTo("topic.snapshot");
        assertThat(snapshot.data().path("offset").asInt()).isEqualTo(1);
        assertThat(snapshot.data().has("resync")).isFalse();

        server.publish(1, fact("a"));
        var event = client.event();
        assertThat(event.event()).isEqualTo("event");
        assertThat(event.data().path("id").asString()).isEqualTo("a");
        last = event.id();
        assertThat(event.data().path("cursor").asString()).isEqualTo(last);
      }
      for (int i = 0; i < 150; i++) server.publish(1, fact("n" + i));
      try (var client = server.stream(ORDERS, "Last-Event-ID: " + last)) {
        server.publish(1, fact("end"));
        for (int i = 0; i < 150; i++) assertThat(client.event().data().path("id").asString()).isEqualTo("n" + i);
        assertThat(client.event().data().path("id").asString()).isEqualTo("end");
      }
      try (var client = server.stream(ORDERS + "&after=0")) {
        assertThat(client.event().data().path("id").asString()).isEqualTo("before");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void a_follower_gets_much_at_once_as_fast_as_it_reads(String store) throws Exception {
    try (var server = server(store);
        var client = server.stream(ORDERS)) {
      assertThat(client.event().event()).isEqualTo("snapshot");
      var long_ = "\"" + "x".repeat(60_000) + "\"";
      for (int i = 0; i < 5; i++) {
        server.publish(
            1,
            IntStream.range(0, 20).mapToObj(n -> fact("orders", "n" + n, "A", null, data(long_, "application/json"))).toArray(Fact[]::new));
      }
      for (int i = 1; i <= 100; i++) assertThat(client.event().data().path("offset").asInt()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void lines_begin_with_the_oldest_or_after_a_cursor_and_go_on(String store) throws Exception {
    try (var server = server(store)) {
      server.publish(1, fact("a"));
      server.publish(1, fact("b"));
      String cursor;
      try (var client = server.connect(ORDERS, "Accept: application/x-ndjson")) {
        assertThat(client.header("Content-Type")).isEqualTo("application/x-ndjson");
        var line = client.line();
        assertThat(line).contains("\"id\":\"a\"").contains("\"data\":{\"id\": \"a\", \"n\": 1.50}");
        cursor = line.replaceAll(".*\"cursor\":\"([^\"]+)\".*", "$1");
        assertThat(client.line()).contains("\"id\":\"b\"");
        server.publish(1, fact("c"));
        assertThat(client.line()).contains("\"id\":\"c\"");
      }
      try (var client = server.connect(ORDERS + "&after=" + cursor, "Accept: application/x-ndjson")) {
        assertThat(client.line()).contains("\"id\":\"b\"");
      }
      try (var client = server.connect(ORDERS + "&after=abc", "Accept: application/x-ndjson")) {
        assertThat(client.status).isEqualTo(400);
      }
      try (var client = server.head(ORDERS, "Accept: application/x-ndjson")) {
        assertThat(client.status).isEqualTo(200);
        assertThat(client.line()).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void types_are_those_of_the_events_and_a_cursor_is_good_for_its_topic_and_types_only(String store) throws Exception {
    try (var server = server(store)) {
      String cursor;
      try (var client = server.stream(ORDERS + "&types=Paid,com.shop.Sent")) {
        cursor = client.event().id();
        server.publish(1, fact("orders", "a", "Other", null, null), fact("orders", "b", "Paid", null, null));
        server.publish(1, fact("orders", "c", "com.shop.Sent", null, null));
        assertThat(client.event().data().path("offset").asInt()).isEqualTo(2);
        assertThat(client.event().data().path("offset").asInt()).isEqualTo(3);
      }
      for (var other : List.of(ORDERS, "/v1/events?topic=bills&types=Paid,com.shop.Sent", "/v1/events?x=1")) {
        try (var client = server.connect(other + "&after=" + cursor)) {
          assertThat(client.status).as(other).isEqualTo(400);
          assertThat(client.json().path("code").asString()).isEqualTo("cursor_invalid");
        }
        try (var client = server.stream(other + "&after=" + cursor)) {
          assertThat(client.event().data().path("resync").asBoolean()).as(other).isTrue();
        }
      }
      try (var client = server.connect(ORDERS + "&types=com.shop.Sent,Paid&after=" + cursor)) {
        assertThat(ids(client.json())).containsExactly("2 b", "3 c");
      }
    }
  }

  @Test
  void what_cannot_be_asked_for_is_400_and_an_unused_topic_is_empty() throws Exception {
    try (var server = server("memory")) {
      for (var query :
          List.of(
              "topic=", "topic=a%20b", "topic=a:b", "topic=raincheck.x", "topic=a&topic=b", "topic=a&tags=x",
              "topic=a&correlation_id=x", "topic=a&types=", "topic=a&types=x,,y", "topic=a&limit=0", "topic=a&after=1")) {
        try (var client = server.connect("/v1/events?" + query)) {
          assertThat(client.status).as(query).isEqualTo(400);
        }
      }
      try (var client = server.connect("/v1/events?topic=a", "Accept: text/html")) {
        assertThat(client.status).isEqualTo(406);
      }
      try (var client = server.connect("/v1/events?topic=never-used")) {
        assertThat(client.json().path("data").size()).isZero();
        assertThat(client.header("Retry-After")).isNotEmpty();
      }
    }
  }

  @Test
  void nobody_sees_a_topic_of_another_tenant_and_a_revoked_key_ends_its_streams() throws Exception {
    try (var server = server("memory")) {
      server.publish(1, fact("mine"));
      var own = key(server, "default");
      var key = key(server, "acme");
      var bearer = "Authorization: Bearer " + key.secret();
      String mine;
      try (var client = server.stream(ORDERS, "Authorization: Bearer " + own.secret())) {
        mine = client.event().id();
      }
      try (var client = server.connect(ORDERS, bearer)) {
        assertThat(client.json().path("data").size()).isZero();
      }
      try (var client = server.connect(ORDERS + "&after=" + mine, bearer)) {
        assertThat(client.status).isEqualTo(400);
      }
      try (var stream = server.stream(ORDERS, bearer)) {
        assertThat(stream.event().event()).isEqualTo("snapshot");
        server.publish(1, fact("mine too"));
        server.publish(key.key().tenantNumber(), fact("theirs"));
        assertThat(stream.event().data().path("id").asString()).isEqualTo("theirs");
        server.keys().revoke(key.key().id());
        assertThat(stream.event()).isNull();
      }
      try (var client = server.connect(ORDERS, "Authorization: Bearer " + key.secret())) {
        assertThat(client.status).isEqualTo(401);
      }
    }
  }

  private static ApiKeys.Creation.Created key(EventsServer server, String tenant) {
    return (ApiKeys.Creation.Created) server.keys().create("test", tenant, Scopes.of(List.of(Scopes.READ)), null);
  }

  @Test
  void published_events_are_none_of_the_tenants_operations() throws Exception {
    try (var server = server("memory")) {
      server.publish(1, fact("a"));
      var id = server.submit("held");
      try (var client = server.connect("/v1/events")) {
        assertThat(client.json().path("data").get(0).path("operation_id").asString()).isEqualTo(id.text());
      }
    }
  }
}
