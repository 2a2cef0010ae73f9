package dev.raincheck.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A feed beside an engine that never tells it of a commit, as if both were different nodes. */
@Timeout(60)
class FeedTest {
  private static final int TENANT = 1;

  private final ManualClock clock = ManualClock.at("2026-11-24T08:00:00Z");
  private final MemoryStore store = new MemoryStore(clock);
  private final Feed feed = new Feed(store, clock);

  private Raincheck engine() {
    return Raincheck.on(store).clock(clock).type(OperationType.of("nothing", (_, _) -> Result.none())).start();
  }

  private static OperationId done(Raincheck engine) {
    var watched = engine.operations().submitAndWatch(NewOperation.of(TENANT, "nothing", null));
    try (var end = watched.end()) {
      var accepted = (Submitted.Accepted) watched.submitted().join();
      assertThat(end.woken().join()).isPresent();
      return accepted.operation().id();
    }
  }

  private void pass() {
    while (feed.runOnce(clock.instant()) > 0) {}
  }

  private static class OfAll implements Watcher.OfTenant {
    final List<Long> offsets = new ArrayList<>();
    final List<String> told = new ArrayList<>();

    @Override
    public void tell(long offset, Event.@Nullable Numbered event) {
      offsets.add(offset);
      told.add(event == null ? "nothing" : event.operation().id() + " " + event.version());
    }

    @Override
    public void tell(Event.Progressed event) {}

    @Override
    public void behind() {}

    @Override
    public void released() {}
  }

  private static final class OfOne implements Watcher.OfOperation {
    final List<Integer> told = new ArrayList<>();
    int released;

    @Override
    public void tell(Event event) {
      if (event instanceof Event.Numbered numbered) told.add(numbered.version());
    }

    @Override
    public void behind() {}

    @Override
    public void released() {
      released++;
    }
  }

  @Test
  void what_another_node_commits_is_found_without_a_word_of_it() {
    try (var engine = engine()) {
      done(engine);
      var all = new OfAll();
      feed.watch(TENANT, all);
      pass();
      assertThat(all.told).as("what was before is not told").isEmpty();

      var first = done(engine);
      var second = done(engine);
      pass();

      assertThat(all.offsets).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
      assertThat(all.told)
          .containsExactly(first + " 1", first + " 2", first + " 3", second + " 1", second + " 2", second + " 3");
      pass();
      assertThat(all.told).as("nothing is told again").hasSize(6);
    }
  }

  @Test
  void an_operation_deleted_meanwhile_leaves_its_offsets_and_nothing_else() {
    try (var engine = engine()) {
      var all = new OfAll();
      feed.watch(TENANT, all);
      var id = done(engine);
      engine.operations().delete(TENANT, id, null).join();
      pass();

      assertThat(all.offsets).containsExactly(1L, 2L, 3L);
      assertThat(all.told).containsOnly("nothing");
    }
  }

  @Test
  void who_follows_is_told_although_another_fails() {
    try (var engine = engine()) {
      var failing =
          new OfAll() {
            @Override
            public void tell(long offset, Event.@Nullable Numbered event) {
              throw new IllegalStateException("a follower that fails");
            }
          };
      feed.watch(TENANT, failing);
      var all = new OfAll();
      feed.watch(TENANT, all);
      done(engine);
      pass();

      assertThat(all.offsets).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void while_nobody_follows_nothing_is_read_and_who_comes_later_is_told_what_comes_later() {
    try (var engine = engine()) {
      var all = new OfAll();
      feed.watch(TENANT, all);
      feed.unwatch(TENANT, all);
      pass();
      done(engine);
      feed.watch(TENANT, all);
      pass();
      assertThat(all.offsets).isEmpty();

      done(engine);
      pass();
      assertThat(all.offsets).containsExactly(4L, 5L, 6L);
    }
  }

  @Test
  void at_the_end_everyone_is_released_late_comers_too() {
    try (var engine = engine()) {
      var id = done(engine);
      var one = new OfOne();
      feed.watch(id, one);
      feed.release();
      assertThat(one.released).isEqualTo(1);
      var late = new OfOne();
      feed.watch(id, late);
      assertThat(late.released).isEqualTo(1);
    }
  }
}
