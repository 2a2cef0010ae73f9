package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.Submission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the ledger promises when many threads hand it the same thing at once. */
public abstract class CrowdContract {
  private static final int CROWD = 50;
  private static final int ROUNDS = 10;
  private static final int SECONDS_MAX = 30;

  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);
  private final AtomicLong ids = new AtomicLong();
  private Store store;
  private Ledger ledger;

  /** As in {@link StoreContract}: empty at first, later what was committed. */
  protected abstract Store open(InstantSource clock);

  @BeforeEach
  void start() {
    store = open(clock);
    var rank = new AtomicLong();
    ledger = new Ledger(store, 1, Seeds.dice(1), (_, _) -> rank.incrementAndGet());
    ledger.start();
  }

  @AfterEach
  void stop() {
    ledger.close();
    store.close();
  }

  @Test
  void equal_requests_with_one_key_make_one_operation() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      var key = "order-" + round;
      var outcomes = together(n -> submit(key, (byte) 1));

      var accepted = outcomes.stream().filter(Outcome.Accepted.class::isInstance).toList();
      assertThat(accepted).hasSize(1);
      var id = ((Outcome.Accepted) accepted.getFirst()).operation().id();
      for (var outcome : outcomes) {
        if (outcome instanceof Outcome.Seen(var operation))
          assertThat(operation.id()).isEqualTo(id);
      }
      assertThat(outcomes).filteredOn(Outcome.Seen.class::isInstance).hasSize(CROWD - 1);
    }
    assertThat(standing()).isEqualTo(ROUNDS);
  }

  @Test
  void of_two_different_requests_with_one_key_one_is_accepted_and_the_other_refused_each_time()
      throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      var key = "order-" + round;
      var outcomes = together(n -> submit(key, (byte) (n % 2)));

      assertThat(outcomes).filteredOn(Outcome.Accepted.class::isInstance).hasSize(1);
      assertThat(outcomes).filteredOn(Outcome.Seen.class::isInstance).hasSize(CROWD / 2 - 1);
      assertThat(outcomes).filteredOn(Outcome.KeyReused.class::isInstance).hasSize(CROWD / 2);
    }
    assertThat(standing()).isEqualTo(ROUNDS);
  }

  @Test
  void one_attempt_is_completed_once_whoever_comes_first() throws Exception {
    hand(new Command.Renew(42, Duration.ofHours(1)));
    for (int round = 1; round <= ROUNDS; round++) {
      hand(submit("order-" + round, (byte) 1));
      var attempts = ((Outcome.Claimed) hand(new Command.Claim("mail", 42, 5))).attempts();
      assertThat(attempts).hasSize(1);
      var id = attempts.getFirst().id();

      var outcomes =
          together(
              n ->
                  n % 2 == 0
                      ? new Command.Complete(id, 1, null)
                      : new Command.Cancel(1, id, null, null));

      assertThat(outcomes)
          .filteredOn(
              outcome -> outcome instanceof Outcome.Moved(var operation) && operation.done())
          .hasSize(1);
      assertThat(((Outcome.Unchanged) hand(new Command.Complete(id, 1, null))).operation().done())
          .isTrue();
    }
  }

  private interface Each {
    Command command(int n);
  }

  /** Hands over as many commands as there are threads, all at the same moment. */
  private List<Outcome> together(Each each) throws Exception {
    var go = new CountDownLatch(1);
    List<Callable<Outcome>> calls = new ArrayList<>();
    for (int n = 0; n < CROWD; n++) {
      var command = each.command(n);
      calls.add(
          () -> {
            go.await();
            return hand(command);
          });
    }
    try (var threads = Executors.newFixedThreadPool(CROWD)) {
      var futures = calls.stream().map(threads::submit).toList();
      go.countDown();
      var outcomes = new ArrayList<Outcome>();
      for (var future : futures) outcomes.add(future.get(SECONDS_MAX, TimeUnit.SECONDS));
      return outcomes;
    }
  }

  private Outcome hand(Command command) throws Exception {
    return ledger.hand(command).get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private Command submit(String key, byte fingerprint) {
    var submission =
        new Submission(
            1,
            "mail",
            "mail",
            null,
            1,
            5,
            null,
            null,
            null,
            null,
            Map.of(),
            List.of(),
            null,
            null,
            null,
            key,
            null,
            null,
            Promise.DEFAULT);
    var id = new OperationId(clock.millis() << 16, ids.incrementAndGet());
    return new Command.Submit(
        id, submission, new Key.Idem(1, "mail", key), new byte[] {fingerprint});
  }

  private int standing() {
    return store.read(reader -> reader.list(Reader.Filter.all(1), null, 1_000).operations().size());
  }
}
