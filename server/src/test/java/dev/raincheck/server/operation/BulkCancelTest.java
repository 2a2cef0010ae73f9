package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.testkit.MemoryStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkCancelTest {
  private static final int PATIENCE_SECONDS = 30;

  private final AtomicReference<Operations> operations = new AtomicReference<>();
  private final Raincheck raincheck = start(new MemoryStore(InstantSource.system()));

  private Raincheck start(MemoryStore store) {
    var started =
        Raincheck.on(store)
            .type(
                OperationType.staged("slow", (_, _) -> new CompletableFuture<Result>())
                    .withSlots(2))
            .type(OperationType.of("quick", (_, _) -> Result.none()))
            .type(BulkCancel.type(operations::get))
            .start();
    operations.set(started.operations());
    return started;
  }

  @AfterEach
  void close() {
    raincheck.close();
  }

  @Test
  void what_matches_and_is_not_done_is_canceled_page_by_page_and_nothing_else() throws Exception {
    var done = submit(1, "quick");
    await(done, "succeeded");
    int many = BulkCancel.CHUNK * 2 + 7;
    var slow = new ArrayList<OperationId>();
    for (int i = 0; i < many; i++) slow.add(submit(1, "slow"));
    await(slow.get(0), "running");
    await(slow.get(1), "running");
    var foreign = submit(2, "slow");

    var bulk = bulk("{\"type\":\"slow\"}");

    assertThat(result(bulk)).isEqualTo("{\"matched\":%d,\"canceled\":%d}".formatted(many, many));
    assertThat(bulk.progress()).isNotNull();
    assertThat(bulk.progress().current()).isEqualTo(many);
    assertThat(bulk.progress().total()).isEqualTo(many);
    var reason = "Canceled in bulk by %s.".formatted(bulk.id());
    for (var id : slow.subList(2, many)) {
      assertThat(find(1, id).state()).isEqualTo(new State.Canceled(reason));
    }
    assertThat(find(1, slow.get(0)).moment().cancelRequested()).isTrue();
    assertThat(find(1, done).state().word()).isEqualTo("succeeded");
    assertThat(find(2, foreign).done()).isFalse();
  }

  @Test
  void a_status_that_is_an_end_matches_nothing() throws Exception {
    var slow = submit(1, "slow");

    assertThat(result(bulk("{\"type\":\"slow\",\"status\":\"failed,succeeded\"}")))
        .isEqualTo("{\"matched\":0,\"canceled\":0}");
    assertThat(result(bulk("{\"dead\":true}"))).isEqualTo("{\"matched\":0,\"canceled\":0}");
    assertThat(find(1, slow).done()).isFalse();
  }

  @Test
  void only_the_statuses_asked_for_are_touched() throws Exception {
    var running = List.of(submit(1, "slow"), submit(1, "slow"));
    for (var id : running) await(id, "running");
    submit(1, "slow");

    assertThat(result(bulk("{\"type\":\"slow\",\"status\":\"queued,failed\"}")))
        .isEqualTo("{\"matched\":1,\"canceled\":1}");
    for (var id : running) assertThat(find(1, id).state().word()).isEqualTo("running");
  }

  @Test
  void it_cancels_neither_itself_nor_others_of_its_kind() throws Exception {
    assertThat(result(bulk("{\"type\":\"raincheck.bulk_cancel\"}")))
        .isEqualTo("{\"matched\":0,\"canceled\":0}");
    assertThat(result(bulk("{\"dead\":false}"))).isEqualTo("{\"matched\":0,\"canceled\":0}");
  }

  @Test
  void an_attempt_after_a_crash_counts_what_the_one_before_it_did() throws Exception {
    var running = submit(1, "slow");
    await(running, "running");
    var byOthers = submit(1, "slow");
    raincheck.operations().cancel(1, byOthers, "somebody else", null).join();
    for (int i = 0; i < 5; i++) submit(1, "slow");
    var bulk = bulk("{\"type\":\"slow\",\"status\":\"queued,running\"}");
    assertThat(result(bulk)).isEqualTo("{\"matched\":6,\"canceled\":6}");

    var again = perform(bulk, false);

    assertThat(again).isInstanceOf(Result.Done.class);
    assertThat(new String(((Result.Done) again).bytes(), UTF_8))
        .isEqualTo("{\"matched\":6,\"canceled\":6}");
  }

  @Test
  void it_stops_when_it_is_canceled_itself() throws Exception {
    var bulk = bulk("{\"type\":\"slow\"}");
    var slow = submit(1, "slow");

    assertThatThrownBy(() -> perform(bulk, true)).isInstanceOf(CancellationException.class);
    assertThat(find(1, slow).done()).isFalse();
  }

  /** Performs it once more, as another dispatch of the same operation would. */
  private Result perform(Operation bulk, boolean canceled) throws Exception {
    var input = ((Payload.Inline) bulk.submission().input());
    return ((Handler.Blocking) BulkCancel.type(operations::get).handler())
        .perform(
            new Input(input.bytes(), input.mediaType()), new AnotherDispatch(bulk, canceled));
  }

  @Test
  void a_filter_that_cannot_be_read_any_more_fails_for_good() throws Exception {
    var bulk = bulk("{\"mood\":\"sad\"}");

    assertThat(bulk.state()).isInstanceOf(State.Failed.class);
    assertThat(((State.Failed) bulk.state()).failure().code()).isEqualTo("x_filter_unreadable");
  }

  private OperationId submit(int tenant, String type) throws Exception {
    return submit(NewOperation.of(tenant, type, null));
  }

  private OperationId submit(NewOperation what) throws Exception {
    var submitted =
        raincheck.operations().submit(what).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(submitted).isInstanceOf(Submitted.Accepted.class);
    return ((Submitted.Accepted) submitted).operation().id();
  }

  private Operation bulk(String body) throws Exception {
    var input = new Input(body.getBytes(UTF_8), "application/json");
    var id = submit(NewOperation.of(1, BulkCancel.TYPE, input));
    await(id, "succeeded", "failed");
    return find(1, id);
  }

  private void await(OperationId id, String... words) throws Exception {
    var wanted = List.of(words);
    try (var waiter =
        raincheck
            .operations()
            .waits()
            .until(id, operation -> wanted.contains(operation.state().word()))) {
      for (int tenant = 1; tenant <= 2; tenant++) {
        if (raincheck.operations().find(tenant, id) instanceof Reader.Found.Here(var operation)
            && wanted.contains(operation.state().word())) return;
      }
      waiter.woken().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private Operation find(int tenant, OperationId id) {
    return ((Reader.Found.Here) raincheck.operations().find(tenant, id)).operation();
  }

  private static String result(Operation bulk) {
    assertThat(bulk.state()).isInstanceOf(State.Succeeded.class);
    return new String(
        ((Payload.Inline) ((State.Succeeded) bulk.state()).result()).bytes(), UTF_8);
  }
}
