package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.Raincheck;
import dev.raincheck.event.Event;
import dev.raincheck.event.Watcher;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Pulse;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.Tx;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines of several nodes: each takes, performs, cancels and answers for what any of them accepted. */
@Timeout(60)
class EnginesTest {
  private final PostgresConfig config = TestServer.config();
  private final CountDownLatch free = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  /** A node with one slot, which is taken until the test frees it. */
  private Raincheck busy(Store store) {
    return Raincheck.on(store)
        .type(
            OperationType.of(
                    "mail",
                    (input, context) -> {
                      free.await();
                      return Result.none();
                    })
                .withSlots(1))
        .start();
  }

  private static Raincheck idle(Store store) {
    return Raincheck.on(store)
        .type(OperationType.of("mail", (input, context) -> Result.none()).withSlots(1))
        .start();
  }

  private PostgresStore store() {
    return PostgresStore.open(config, System::nanoTime);
  }

  private static OperationId submit(Raincheck node) throws Exception {
    var submitted = node.operations().submit(NewOperation.of(1, "mail", null)).get(30, TimeUnit.SECONDS);
    return ((Submitted.Accepted) submitted).operation().id();
  }

  /** As a client that waits at a node: registered first, read then. */
  private static Operation until(Raincheck node, OperationId id, Predicate<Operation> wanted) throws Exception {
    try (var waiter = node.operations().waits().until(id, wanted)) {
      if (node.operations().find(1, id) instanceof Reader.Found.Here(var operation) && wanted.test(operation)) {
        return operation;
      }
      return waiter.woken().get(40, TimeUnit.SECONDS).orElseThrow();
    }
  }

  @Test
  void a_node_without_a_free_slot_leaves_its_work_to_another_and_hears_of_its_end() throws Exception {
    try (var one = busy(store());
        var other = idle(store())) {
      var first = submit(one);
      until(other, first, operation -> operation.state() instanceof State.Running);

      assertThat(until(one, submit(one), Operation::done).state()).isEqualTo(new State.Succeeded(null));

      free.countDown();
      assertThat(until(other, first, Operation::done).state()).isEqualTo(new State.Succeeded(null));
    }
  }

  @Test
  void without_any_hint_all_the_same_happens_a_little_later() throws Exception {
    try (var one = busy(new Deaf(store()));
        var other = idle(new Deaf(store()))) {
      var first = submit(one);
      until(other, first, operation -> operation.state() instanceof State.Running);

      assertThat(until(one, submit(one), Operation::done).state()).isEqualTo(new State.Succeeded(null));
      free.countDown();
    }
  }

  @Test
  void a_limit_is_shared_by_all_nodes_and_none_keeps_it_for_itself() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var both = new CountDownLatch(2);
    try (var one = limited(running, most, new AtomicBoolean(), both);
        var other = limited(running, most, new AtomicBoolean(), both)) {
      OperationId last = null;
      // One node is given so much work that its own ends would keep it at the limit for ever.
      for (int n = 0; n < 500 || both.getCount() > 0; n++) last = submit(one);

      until(other, last, Operation::done);
      assertThat(most.get()).isBetween(1, 2);
    }
  }

  private Raincheck limited(AtomicInteger running, AtomicInteger most, AtomicBoolean mine, CountDownLatch both) {
    return Raincheck.on(store())
        .type(
            OperationType.of(
                    "mail",
                    (input, context) -> {
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      if (mine.compareAndSet(false, true)) both.countDown();
                      running.decrementAndGet();
                      return Result.none();
                    })
                .withClusterSlots(2))
        .start();
  }

  @Test
  void a_cancel_at_one_node_reaches_the_attempt_at_another() throws Exception {
    try (var one = busy(store());
        var other = idle(store())) {
      var id = submit(one);
      until(other, id, operation -> operation.state() instanceof State.Running);

      other.operations().cancel(1, id, "no longer wanted", null).get(30, TimeUnit.SECONDS);

      assertThat(until(other, id, Operation::done).state()).isEqualTo(new State.Canceled("no longer wanted"));
    }
  }

  @Test
  void what_a_node_held_that_is_gone_is_performed_by_another_once_its_lease_is_over() throws Exception {
    var clock = new ManualClock(AnOperation.EPOCH);
    OperationId id;
    try (var gone = new Nodes(clock, config)) {
      var submit = Nodes.submit(null);
      id = submit.id();
      gone.get(0).hand(submit);
      gone.get(0).hand(new Command.Renew(1, Duration.ofSeconds(15)));
      assertThat(gone.get(0).claim(1)).hasSize(1);
    }

    try (var other = idle(PostgresStore.open(config, System::nanoTime, clock))) {
      assertThat(((Reader.Found.Here) other.operations().find(1, id)).operation().state().heldBy()).isEqualTo(1);
      clock.advance(Duration.ofSeconds(16));

      var done = until(other, id, Operation::done);
      assertThat(done.state()).isEqualTo(new State.Succeeded(null));
      assertThat(done.moment().epoch()).isEqualTo(2);
    }
  }

  @Test
  void progress_at_one_node_reaches_who_follows_at_another_without_any_hint() throws Exception {
    var half = new Progress(50.0, null, null, null, "half", null);
    try (var one =
            Raincheck.on(new Deaf(store()))
                .type(
                    OperationType.of(
                        "mail",
                        (input, context) -> {
                          free.await();
                          context.progress(half);
                          end.await();
                          return Result.none();
                        }))
                .start();
        var other = Raincheck.on(new Deaf(store())).start()) {
      var id = submit(one);
      var told = new LinkedBlockingQueue<Progress>();
      other.engine().feed().watch(id, follower(told));
      free.countDown();

      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(half);
      end.countDown();
    }
  }

  private static Watcher.OfOperation follower(Queue<Progress> told) {
    return new Watcher.OfOperation() {
      @Override
      public void tell(Event event) {
        if (event instanceof Event.Progressed(var operation)) told.add(operation.progress());
      }

      @Override
      public void behind() {}

      @Override
      public void released() {}
    };
  }

  @Test
  void a_key_that_is_revoked_at_one_node_is_refused_at_all() throws Exception {
    try (var one = idle(store());
        var other = idle(new Deaf(store()))) {
      var made = (ApiKeys.Creation.Created) one.keys().create("ci", "acme", Scopes.ALL, null);
      while (!(other.keys().verify(made.secret()) instanceof ApiKeys.Verdict.Known)) Thread.onSpinWait();

      one.keys().revoke(made.key().id());

      while (!(other.keys().verify(made.secret()) instanceof ApiKeys.Verdict.Revoked)) Thread.onSpinWait();
    }
  }

  /** A store whose node hears of nobody, and only asks. */
  private record Deaf(PostgresStore store) implements Store, Store.Shared {
    @Override
    public Tx begin() {
      return store.begin();
    }

    @Override
    public <T> T read(Function<Reader, T> query) {
      return store.read(query);
    }

    @Override
    public boolean committed(long node, long batch) {
      return store.committed(node, batch);
    }

    @Override
    public InstantSource clock() {
      return store.clock();
    }

    @Override
    public Optional<Shared> shared() {
      return Optional.of(this);
    }

    @Override
    public Pulse pulse(Pulse.Question question) {
      return store.pulse(question);
    }

    @Override
    public void whenOthersCommit(Hint action) {}

    @Override
    public Description describe() {
      return store.describe();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
