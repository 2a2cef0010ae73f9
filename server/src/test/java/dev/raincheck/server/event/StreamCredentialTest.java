package dev.raincheck.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream is open no longer than its credential is good. */
@Timeout(60)
class StreamCredentialTest {
  private static final byte[] PIECE = {'1'};

  private final ManualClock clock = EventsServer.clock();
  private EventsServer server;
  private OperationId id;

  @BeforeEach
  void start() throws Exception {
    server = new EventsServer(new MemoryStore(clock), clock);
    id = server.submit("held");
    server.attempt(id);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String events() {
    return "/v1/operations/" + id + "/events";
  }

  private ApiKeys.Creation.Created key(@Nullable Instant until) {
    return (ApiKeys.Creation.Created)
        server.keys().create("test", "default", Scopes.of(List.of(Scopes.READ)), until);
  }

  private static String bearer(ApiKeys.Creation.Created key) {
    return "Authorization: Bearer " + key.secret();
  }

  private String ticket(ApiKeys.Creation.Created key, int seconds) throws Exception {
    var wish = "{\"ttl_seconds\":%d}".formatted(seconds);
    try (var made = server.post("/v1/operations/" + id + "/tickets", wish, bearer(key))) {
      return made.json().path("ticket").stringValue();
    }
  }

  private StreamClient opened(String path, String... headers) throws Exception {
    var stream = server.stream(path, headers);
    assertThat(stream.event().event()).isEqualTo("snapshot");
    return stream;
  }

  /** In good order and without an end, so that the client comes back. */
  private static void assertOver(StreamClient stream) throws Exception {
    assertThat(stream.event()).isNull();
  }

  @Test
  void a_revoked_key_ends_its_streams_of_every_kind_and_no_others() throws Exception {
    var key = key(null);
    var other = key(null);
    try (var one = opened(events(), bearer(key));
        var own = opened("/v1/operations/" + id, bearer(key));
        var all = opened("/v1/events", bearer(key));
        var lines = server.connect(events() + "?after=2", "Accept: application/x-ndjson", bearer(key));
        var others = opened(events(), bearer(other))) {
      assertThat(lines.line()).isEmpty();

      server.keys().revoke(key.key().id());

      assertOver(one);
      assertOver(own);
      assertOver(all);
      assertThat(lines.line()).isNull();
      try (var again = server.stream(events(), bearer(key), "Last-Event-ID: 2")) {
        assertThat(again.status).isEqualTo(401);
      }
      server.end(id);
      assertThat(others.event().event()).isEqualTo("end");
    }
  }

  @Test
  void a_stream_ends_when_its_key_expires() throws Exception {
    var key = key(clock.instant().plusSeconds(30));
    try (var stream = opened(events(), bearer(key))) {
      clock.advance(Duration.ofSeconds(10));
      server.attempt(id).context().output(PIECE, "text/plain");
      assertThat(stream.event().event()).isEqualTo("output");

      clock.advance(Duration.ofSeconds(20));

      assertOver(stream);
    }
  }

  @Test
  void a_stream_ends_with_its_ticket_and_with_the_key_that_made_it() throws Exception {
    var key = key(null);
    var brief = ticket(key, 30);
    var lasting = ticket(key, 900);
    try (var first = opened(events() + "?ticket=" + brief);
        var second = opened(events() + "?ticket=" + lasting)) {
      clock.advance(Duration.ofSeconds(30));
      assertOver(first);
      try (var again = server.stream(events() + "?ticket=" + brief)) {
        assertThat(again.status).isEqualTo(401);
      }
      server.attempt(id).context().output(PIECE, "text/plain");
      assertThat(second.event().event()).isEqualTo("output");

      server.keys().revoke(key.key().id());

      assertOver(second);
    }
  }

  @Test
  void streams_without_a_key_end_when_there_is_the_first_one() throws Exception {
    try (var stream = opened(events())) {
      key(null);
      assertOver(stream);
    }
  }
}
