package dev.raincheck.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Published events, read back and followed. */
@Timeout(60)
class TopicsTest {
  private final ManualClock clock = ManualClock.at("2026-11-24T08:00:00Z");
  private final MemoryStore store = new MemoryStore(clock);
  private final Raincheck engine = Raincheck.on(store).clock(clock).start();
  private final Topics topics = new Topics(store);
  private final Feed feed = new Feed(store, clock);

  @AfterEach
  void close() {
    feed.close();
    engine.close();
  }

  private static final class Told implements Watcher.OfTopic {
    final List<String> told = new ArrayList<>();
    int released;

    @Override
    public void tell(long offset, Fact fact) {
      told.add(offset + " " + fact.id());
    }

    @Override
    public void behind() {
      told.add("behind");
    }

    @Override
    public void released() {
      released++;
    }
  }

  private void publish(int tenant, String topic, String... ids) {
    var facts =
        List.of(ids).stream()
            .map(
                id ->
                    new Fact(
                        topic, id, null, "Happened", null, clock.instant(),
                        new Payload.Inline(id.getBytes(UTF_8), "text/plain"), Map.of()))
            .toList();
    assertThat(engine.engine().ledger().hand(new Command.Publish(tenant, facts)).join())
        .isEqualTo(new Outcome.Published(ids.length));
  }

  private static List<String> ids(Topics.Page page) {
    return page.told().stream().map(one -> one.offset() + " " + one.fact().id()).toList();
  }

  @Test
  void a_topic_is_read_page_by_page_without_a_gap_and_knows_its_end() {
    for (int i = 0; i < 20; i++) publish(1, "orders", "a" + i, "b" + i, "c" + i);
    publish(1, "bills", "other");
    publish(2, "orders", "other");

    var read = new ArrayList<String>();
    for (var page = topics.after(1, "orders", 0, 7); !page.told().isEmpty(); ) {
      assertThat(page.told()).hasSizeLessThanOrEqualTo(7);
      assertThat(page.end()).isEqualTo(60);
      read.addAll(ids(page));
      page = topics.after(1, "orders", page.told().getLast().offset(), 7);
    }

    assertThat(read)
        .isEqualTo(IntStream.range(0, 60).mapToObj(i -> (i + 1) + " " + "abc".charAt(i % 3) + i / 3).toList());
    assertThat(topics.end(1, "orders")).isEqualTo(60);
    assertThat(ids(topics.after(2, "orders", 0, 10))).containsExactly("1 other");
    assertThat(topics.after(1, "nothing", 0, 10)).isEqualTo(new Topics.Page(List.of(), 1, 0));
  }

  @Test
  void what_was_trimmed_is_told_to_be_gone() {
    publish(1, "orders", "old", "older");
    clock.advance(Duration.ofDays(8));
    publish(1, "orders", "new");
    engine.engine().ledger().hand(new Command.Trim(clock.instant().minus(Duration.ofDays(7)))).join();

    var page = topics.after(1, "orders", 0, 10);

    assertThat(ids(page)).containsExactly("3 new");
    assertThat(page.trimmedAfter(0)).isTrue();
    assertThat(page.trimmedAfter(2)).isFalse();
  }

  @Test
  void who_follows_a_topic_is_told_its_events_and_nobody_elses() {
    publish(1, "orders", "before");
    var told = new Told();
    var other = new Told();
    feed.watch(1, "orders", told);
    feed.watch(2, "orders", other);

    publish(1, "orders", "a", "b");
    publish(1, "bills", "c");
    publish(1, "orders", "d");
    while (feed.runOnce(clock.instant()) > 0) {}

    assertThat(told.told).containsExactly("2 a", "3 b", "4 d");
    assertThat(other.told).isEmpty();

    publish(1, "orders", "x".repeat(200), "y");
    publish(1, "orders", IntStream.range(0, 200).mapToObj(i -> "long".repeat(30) + i).toArray(String[]::new));
    while (feed.runOnce(clock.instant()) > 0) {}
    assertThat(told.told).as("much at once is read instead").endsWith("6 y", "behind");

    feed.unwatch(1, "orders", told);
    feed.release();
    assertThat(told.released).isZero();
    assertThat(other.released).isEqualTo(1);
  }
}
