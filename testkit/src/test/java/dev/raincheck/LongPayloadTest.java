package dev.raincheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Retry;
import dev.raincheck.operation.Submitted;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryBlobs;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Inputs and results that do not fit into memory, from a Java program's side. */
@Timeout(60)
class LongPayloadTest {
  private static final int MEMORY = 1_000;
  private static final int LONG = 3 << 20;
  private static final Duration RESULT_KEPT = Duration.ofHours(1);

  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);
  private final MemoryBlobs places = new MemoryBlobs(clock);
  private final AtomicInteger failures = new AtomicInteger();
  private final Raincheck raincheck =
      Raincheck.on(new MemoryStore(clock))
          .blobs(places)
          .clock(clock)
          .type(OperationType.of("copy", LongPayloadTest::copy).promising(promise()))
          .type(OperationType.of("break", this::breaks).promising(promise()))
          .start();

  @AfterEach
  void close() {
    raincheck.close();
  }

  private static Promise promise() {
    var usual = Promise.DEFAULT;
    return new Promise(
        2, new Promise.Backoff(Duration.ZERO, 1, Duration.ZERO), false, true, usual.deadLetters(),
        usual.attemptTimeout(), null, usual.operationTimeout(), null, usual.keep(), RESULT_KEPT, usual.keepKey());
  }

  private static Result copy(Input input, Context context) throws IOException {
    try (var in = input.open();
        var out = context.stream()) {
      in.transferTo(out);
      return out.result(input.mediaType());
    }
  }

  private Result breaks(Input input, Context context) throws IOException {
    try (var out = context.stream()) {
      out.write(input.bytes());
      failures.incrementAndGet();
      throw new IOException("half way");
    }
  }

  private Input input(int size) throws IOException {
    try (var spool = raincheck.operations().blobs().spool(1, MEMORY)) {
      spool.write(AnOperation.bytes(size));
      return Input.of(spool.finish("video/mp4"), raincheck.operations().blobs());
    }
  }

  private OperationId submit(String type, Input input) {
    var submitted = raincheck.operations().submit(NewOperation.of(1, type, input)).join();
    return ((Submitted.Accepted) submitted).operation().id();
  }

  private Operation done(OperationId id) throws Exception {
    try (var end = raincheck.operations().waits().until(id, Operation::done)) {
      var now = ((Reader.Found.Here) raincheck.operations().find(1, id)).operation();
      return now.done() ? now : end.woken().get(30, TimeUnit.SECONDS).orElseThrow();
    }
  }

  /** Chores have their own pace. */
  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  @Test
  void a_handler_reads_and_writes_streams() throws Exception {
    var done = done(submit("copy", input(LONG)));

    var result = (Payload.Blob) ((State.Succeeded) done.state()).result();
    assertThat(result.size()).isEqualTo(LONG);
    assertThat(result.sameAs(done.submission().input())).isTrue();
    assertThat(places.all()).hasSize(2);
  }

  @Test
  void what_turns_out_to_be_short_is_kept_with_the_operation() throws Exception {
    var done = done(submit("copy", input(MEMORY)));

    assertThat(((State.Succeeded) done.state()).result()).isInstanceOf(Payload.Inline.class);
    assertThat(places.all()).isEmpty();
  }

  @Test
  void a_handler_that_fails_half_way_leaves_nothing_of_its_result() throws Exception {
    var done = done(submit("break", input(LONG)));

    assertThat(done.state()).isInstanceOf(State.Failed.class);
    assertThat(failures).hasValue(2);
    assertThat(places.all()).hasSize(1); // the input
  }

  @Test
  void a_result_goes_when_it_expires_and_the_input_with_the_operation() throws Exception {
    var id = submit("copy", input(LONG));
    var input = (Payload.Blob) done(id).submission().input();
    clock.advance(RESULT_KEPT.plusSeconds(1));
    await(() -> places.all().size() == 1);
    assertThat(places.all()).containsExactly(input.id());

    raincheck.operations().delete(1, id, null).join();
    await(() -> places.all().isEmpty());
  }

  @Test
  void a_retry_shares_the_input_and_keeps_it() throws Exception {
    var id = submit("copy", input(LONG));
    done(id);
    var again = raincheck.operations().retry(1, id, Retry.PLAIN).join();
    var second = done(((Submitted.Accepted) again).operation().id());
    raincheck.operations().delete(1, id, null).join();
    await(() -> places.all().size() == 2);

    assertThat(second.state()).isInstanceOf(State.Succeeded.class);
    try (var in = raincheck.operations().blobs().open((Payload.Blob) second.submission().input(), 0)) {
      assertThat(in.readAllBytes()).isEqualTo(AnOperation.bytes(LONG));
    }
  }

  @Test
  void an_input_that_is_not_submitted_after_all_is_removed() throws Exception {
    raincheck.operations().discard(input(LONG));

    await(() -> places.all().isEmpty());
  }
}
