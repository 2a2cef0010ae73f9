package dev.raincheck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine as a Java program embeds it. */
@Timeout(30)
final class RaincheckTest {
  private static final int TENANT = 1;
  private static final Input INPUT = new Input("{\"n\":1}".getBytes(UTF_8), "application/json");

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final MemoryStore store = new MemoryStore(clock);

  @Test
  void a_lambda_performs_an_operation() throws Exception {
    var type = OperationType.of("report", (input, context) -> Result.json(input.text()));
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var done = until(raincheck, submit(raincheck, "report"), Operation::done);

      assertThat(done.state()).isInstanceOf(State.Succeeded.class);
      assertThat(((Payload.Inline) ((State.Succeeded) done.state()).result()).bytes()).isEqualTo(INPUT.bytes());
      assertThat(done.moment().attempt()).isEqualTo(1);
      assertThat(done.version()).isEqualTo(3);
    }
  }

  @Test
  void a_handler_may_return_a_stage_and_hold_no_thread() throws Exception {
    var later = new CompletableFuture<Result>();
    var type = OperationType.staged("report", (input, context) -> later).withSlots(1);
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var id = submit(raincheck, "report");
      until(raincheck, id, operation -> operation.state() instanceof State.Running);
      later.complete(Result.none());

      assertThat(until(raincheck, id, Operation::done).state()).isEqualTo(new State.Succeeded(null));
    }
  }

  @Test
  void a_call_back_that_overtakes_its_announcement_frees_the_slot() throws Exception {
    var announced = new CompletableFuture<Result>();
    var type =
        OperationType.staged(
                "report",
                (input, context) ->
                    announced.isDone() ? CompletableFuture.completedFuture(Result.none()) : announced)
            .withSlots(1);
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var id = submit(raincheck, "report");
      until(raincheck, id, operation -> operation.state() instanceof State.Running);
      raincheck.operations().complete(id, 1, INPUT).get(10, SECONDS);
      announced.complete(new Result.CallsBack());

      until(raincheck, submit(raincheck, "report"), Operation::done);
    }
  }

  @Test
  void an_exception_is_retried_when_its_pause_is_over() throws Exception {
    var type =
        OperationType.of(
            "report",
            (input, context) -> {
              if (context.attempt() == 1) throw new IllegalStateException("the disk is busy");
              return Result.none();
            });
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var id = submit(raincheck, "report");
      var put = until(raincheck, id, operation -> operation.state() instanceof State.Scheduled);
      assertThat(put.moment().lastError().code()).isEqualTo("handler_failed");
      assertThat(put.moment().lastError().detail()).contains("the disk is busy");

      clock.advance(Duration.ofSeconds(1));
      var done = until(raincheck, id, Operation::done);
      assertThat(done.moment().attempt()).isEqualTo(2);
      assertThat(done.state()).isInstanceOf(State.Succeeded.class);
    }
  }

  @Test
  void a_types_time_for_the_whole_counts_from_when_the_work_may_start() throws Exception {
    var type = OperationType.of("report", (input, context) -> Result.none());
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var inAWeek = clock.instant().plus(Duration.ofDays(7));
      var what = NewOperation.of(TENANT, "report", INPUT).at(inAWeek);
      var submitted = (Submitted.Accepted) raincheck.operations().submit(what).get(10, SECONDS);
      assertThat(submitted.operation().deadlineAt()).isEqualTo(inAWeek.plus(Duration.ofDays(1)));

      clock.advance(Duration.ofDays(7));
      var done = until(raincheck, submitted.operation().id(), Operation::done);
      assertThat(done.state()).isInstanceOf(State.Succeeded.class);
    }
  }

  @Test
  void cancel_reaches_a_running_handler() throws Exception {
    var told = new CountDownLatch(1);
    var listening = new CountDownLatch(1);
    var type =
        OperationType.of(
            "report",
            (input, context) -> {
              context.onCancel(told::countDown);
              listening.countDown();
              new CountDownLatch(1).await(); // For ever: only the interrupt ends it.
              return Result.none();
            });
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var id = submit(raincheck, "report");
      assertThat(listening.await(10, SECONDS)).isTrue();
      raincheck.operations().cancel(TENANT, id, "no longer wanted", null).get(10, SECONDS);

      assertThat(until(raincheck, id, Operation::done).state()).isEqualTo(new State.Canceled("no longer wanted"));
      assertThat(told.await(10, SECONDS)).isTrue();
    }
  }

  @Test
  void what_a_handler_tells_is_recorded_before_its_end() throws Exception {
    var type =
        OperationType.of(
            "report",
            (input, context) -> {
              context.progress(Progress.of(17, 40, "page"));
              context.log("info", "half \"way\"", Map.of("page", "17"));
              context.output("part".getBytes(UTF_8), "text/plain");
              return Result.none();
            });
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var done = until(raincheck, submit(raincheck, "report"), Operation::done);

      assertThat(done.progress()).isEqualTo(Progress.of(17, 40, "page"));
      var chunks = raincheck.operations().chunks(done.id(), 0, 10);
      assertThat(chunks).hasSize(2);
      assertThat(new String(chunks.getFirst().body(), UTF_8)).contains("\"half \\\"way\\\"\"").contains("\"17\"");
      assertThat(done.version()).isEqualTo(5);
    }
  }

  @Test
  void a_drain_gives_back_what_does_not_end_at_no_attempts_cost() throws Exception {
    var type =
        OperationType.of(
            "report",
            (input, context) -> {
              new CountDownLatch(1).await();
              return Result.none();
            });
    OperationId id;
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      id = submit(raincheck, "report");
      until(raincheck, id, operation -> operation.state() instanceof State.Running);
    }
    var found = (Reader.Found.Here) store.reopened().read(reader -> reader.operation(TENANT, id));
    assertThat(found.operation().state()).isInstanceOf(State.Queued.class);
    assertThat(found.operation().moment().attempt()).isZero();
  }

  @Test
  void what_may_run_only_once_is_lost_with_a_drain_and_says_so() throws Exception {
    var promise = Promise.DEFAULT;
    var once =
        new Promise(
            1, promise.backoff(), true, true, promise.deadLetters(), promise.attemptTimeout(), null, null, null,
            promise.keep(), null, promise.keepKey());
    var type =
        OperationType.of(
                "payment",
                (input, context) -> {
                  new CountDownLatch(1).await();
                  return Result.none();
                })
            .promising(once);
    OperationId id;
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      id = submit(raincheck, "payment");
      until(raincheck, id, operation -> operation.state() instanceof State.Running);
    }
    var found = (Reader.Found.Here) store.reopened().read(reader -> reader.operation(TENANT, id));
    assertThat(found.operation().state()).isInstanceOf(State.Failed.class);
    assertThat(found.operation().moment().lastError().code()).isEqualTo("worker_lost");
  }

  @Test
  void a_queue_with_a_limit_in_the_cluster_runs_no_more_although_more_slots_are_free() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var type =
        OperationType.of(
                "report",
                (input, context) -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  running.decrementAndGet();
                  return Result.none();
                })
            .withSlots(8)
            .withClusterSlots(2);
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var ids = new ArrayList<OperationId>();
      for (int n = 0; n < 100; n++) ids.add(submit(raincheck, "report"));

      for (var id : ids) assertThat(until(raincheck, id, Operation::done).state()).isEqualTo(new State.Succeeded(null));
      assertThat(most.get()).isBetween(1, 2);
    }
  }

  @Test
  void an_attempt_that_will_be_called_back_holds_its_place_in_the_cluster() throws Exception {
    var begun = new CountDownLatch(2);
    var type =
        OperationType.of(
                "report",
                (input, context) -> {
                  begun.countDown();
                  return new Result.CallsBack();
                })
            .withClusterSlots(1);
    try (var raincheck = Raincheck.on(store).clock(clock).type(type).start()) {
      var first = submit(raincheck, "report");
      until(
          raincheck, first, operation -> operation.state() instanceof State.Running running && running.owner() == 0);
      var second = submit(raincheck, "report");
      var third = raincheck.operations().cancel(TENANT, second, null, null); // a round trip later
      third.get(10, SECONDS);
      assertThat(begun.getCount()).isEqualTo(1);

      var last = submit(raincheck, "report");
      raincheck.operations().complete(first, 1, INPUT).get(10, SECONDS);
      until(raincheck, last, operation -> operation.state() instanceof State.Running);
    }
  }

  private static OperationId submit(Raincheck raincheck, String type) throws Exception {
    var submitted = raincheck.operations().submit(NewOperation.of(TENANT, type, INPUT)).get(10, SECONDS);
    return ((Submitted.Accepted) submitted).operation().id();
  }

  private static Operation until(Raincheck raincheck, OperationId id, Predicate<Operation> wanted) throws Exception {
    try (var waiter = raincheck.operations().waits().until(id, wanted)) {
      var now = ((Reader.Found.Here) raincheck.operations().find(TENANT, id)).operation();
      if (wanted.test(now)) return now;
      waiter.woken().get(20, SECONDS);
      return ((Reader.Found.Here) raincheck.operations().find(TENANT, id)).operation();
    }
  }
}
