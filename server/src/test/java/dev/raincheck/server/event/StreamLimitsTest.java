package dev.raincheck.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.server.config.RateLimit;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Too many streams, clients that do not read, and silence. */
@Timeout(120)
class StreamLimitsTest {
  private static final byte[] PIECE = new byte[12_000];

  private static String events(OperationId id) {
    return "/v1/operations/" + id + "/events";
  }

  @Test
  void one_stream_too_many_is_told_to_come_back_and_closed() throws Exception {
    var clock = InstantSource.system();
    try (var server = new EventsServer(new MemoryStore(clock), clock, 1, RateLimit.DEFAULT)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var first = server.stream(events(id))) {
        assertThat(first.event().event()).isEqualTo("snapshot");
        for (var path : new String[] {events(id), "/v1/operations/" + id, "/v1/events"}) {
          try (var second = server.stream(path)) {
            assertThat(second.status).isEqualTo(200);
            assertThat(second.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(second.block().lines()).containsExactly("retry: 5000");
            assertThat(second.block()).isNull();
            assertThat(second.isClosed()).isTrue();
          }
        }
        try (var lines = server.connect(events(id), "Accept: application/x-ndjson")) {
          assertThat(lines.status).isEqualTo(429);
          assertThat(lines.json().path("code").asString()).isEqualTo("concurrency_exceeded");
          assertThat(lines.header("Retry-After")).isNotEmpty();
        }
        try (var page = server.connect(events(id))) {
          assertThat(page.status).isEqualTo(200);
        }
      }
      assertThat(server.streams.turnedAway()).isEqualTo(4);
      while (server.streams.open() > 0) Thread.onSpinWait();
      try (var again = server.stream(events(id))) {
        assertThat(again.event().event()).isEqualTo("snapshot");
      }
    }
  }

  @Test
  void over_the_quota_a_stream_is_told_to_come_back_and_a_page_is_429() throws Exception {
    var clock = InstantSource.system();
    var rate = new RateLimit(1, Duration.ofMinutes(10));
    try (var server = new EventsServer(new MemoryStore(clock), clock, 10, rate)) {
      var id = server.submit("held");
      server.connect("/v1/operations/" + id).close();
      try (var stream = server.stream(events(id))) {
        assertThat(stream.status).isEqualTo(200);
        assertThat(stream.block().lines()).containsExactly("retry: 5000");
      }
      for (var accept : new String[] {"application/json", "application/x-ndjson"}) {
        try (var page = server.connect(events(id), "Accept: " + accept)) {
          assertThat(page.status).isEqualTo(429);
        }
      }
    }
  }

  @Test
  void who_does_not_read_is_cut_and_resumes_and_the_others_are_told_meanwhile() throws Exception {
    var clock = InstantSource.system();
    try (var server = new EventsServer(new MemoryStore(clock), clock)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      var stuck = new ArrayList<StreamClient>();
      for (int i = 0; i < 5; i++) stuck.add(server.stream(events(id)));
      int last = 2;
      try (var reader = server.stream(events(id))) {
        assertThat(reader.event().id()).isEqualTo("2");
        while (server.streams.readersCut() < stuck.size()) {
          context.output(PIECE, "application/octet-stream");
          assertThat(reader.event().id()).isEqualTo(Integer.toString(++last));
        }
        assertThat(server.streams.open()).isEqualTo(1);
      }
      server.end(id);
      for (var client : stuck) {
        try (client) {
          int seen = lastRead(client);
          assertThat(seen).isLessThan(last);
          try (var resumed = server.stream(events(id), "Last-Event-ID: " + seen)) {
            assertThat(resumed.event().id()).isEqualTo(Integer.toString(seen + 1));
          }
        }
      }
    }
  }

  /** What had left before the cut. */
  private static int lastRead(StreamClient client) throws IOException {
    int seen = 0;
    try {
      while (true) {
        var event = client.event();
        assertThat(event).as("a cut stream has no good end").isNotNull();
        assertThat(event.event()).isNotEqualTo("end");
        seen = Integer.parseInt(event.id());
      }
    } catch (SocketException cut) {
      return seen;
    }
  }

  @Test
  void a_thousand_who_never_read_change_nothing_for_the_others() throws Exception {
    var clock = InstantSource.system();
    try (var server = new EventsServer(new MemoryStore(clock), clock)) {
      var stuck = new ArrayList<StreamClient>();
      var watched = server.submit("held");
      var context = server.attempt(watched).context();
      try {
        for (int i = 0; i < 1_000; i++) stuck.add(server.stream(events(watched)));
        for (int i = 0; i < 20; i++) {
          context.output(PIECE, "application/octet-stream");
          var id = server.submit("held");
          server.attempt(id);
          try (var client = server.stream(events(id))) {
            assertThat(client.event().event()).isEqualTo("snapshot");
            server.end(id);
            assertThat(client.event().event()).isEqualTo("end");
          }
        }
      } finally {
        for (var client : stuck) client.close();
      }
    }
  }

  @Test
  void who_keeps_up_is_not_cut_when_a_thousand_others_fill_the_memory() throws Exception {
    var clock = InstantSource.system();
    try (var server = new EventsServer(new MemoryStore(clock), clock)) {
      var id = server.submit("held");
      var context = server.attempt(id).context();
      var stuck = new ArrayList<StreamClient>();
      var readers = new ArrayList<StreamClient>();
      try {
        for (int i = 0; i < 1_000; i++) stuck.add(server.stream(events(id)));
        for (int i = 0; i < 20; i++) readers.add(server.stream(events(id)));
        for (var reader : readers) assertThat(reader.event().id()).isEqualTo("2");
        for (int last = 3; server.streams.readersCut() < stuck.size(); last++) {
          context.output(PIECE, "application/octet-stream");
          for (var reader : readers) assertThat(reader.event().id()).isEqualTo(Integer.toString(last));
        }
      } finally {
        for (var client : stuck) client.close();
        for (var reader : readers) reader.close();
      }
    }
  }

  @Test
  void silence_is_broken_by_a_comment_every_fifteen_seconds() throws Exception {
    var clock = EventsServer.clock();
    try (var server = new EventsServer(new MemoryStore(clock), clock)) {
      var id = server.submit("held");
      server.attempt(id);
      try (var stream = server.stream(events(id));
          var lines = server.connect(events(id) + "?after=2", "Accept: application/x-ndjson")) {
        assertThat(stream.event().event()).isEqualTo("snapshot");
        assertThat(lines.line()).isEmpty();
        for (int i = 0; i < 3; i++) {
          clock.advance(Duration.ofSeconds(15));
          assertThat(stream.block().lines()).containsExactly(":");
          assertThat(lines.line()).isEmpty();
        }
      }
    }
  }
}
