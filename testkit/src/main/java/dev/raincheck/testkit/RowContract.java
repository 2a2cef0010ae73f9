package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Moment;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Submission;
import dev.raincheck.ledger.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every store promises about rows: what is saved is found again as it was, by those who may
 * see it.
 */
public abstract class RowContract extends StoreFixture {
  private static final Key.Doc DOC = new Key.Doc(1, "queue", "mail");

  @Test
  void an_operation_is_found_again_with_all_it_has() {
    var promise =
        new Promise(
            1,
            new Promise.Backoff(Duration.ofMillis(250), 1.5, Duration.ofHours(1)),
            true,
            false,
            Set.of(Promise.DeadLetter.REJECTED, Promise.DeadLetter.EXHAUSTED),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            null,
            Duration.ofMinutes(9),
            null,
            Duration.ofDays(3),
            Duration.ofDays(2));
    var asked =
        new Submission(
            3,
            "report.generate",
            "reports",
            "customer-é-7",
            4,
            0,
            T0.plusSeconds(5),
            T0.plusSeconds(50),
            Duration.ofSeconds(77),
            new Payload.Inline("{\"a\":1}".getBytes(), "application/json"),
            Map.of("region", "Zürich 🏔"),
            List.of("a", "b"),
            "order-7",
            "evt_1",
            "00-abc-def-01",
            "key, \"quoted\"",
            id(90),
            id(91),
            promise);
    var failure =
        new Failure("x_broken", 599, "Broken", "a detail\nof two lines", true, "[{\"p\":1}]");
    var first = new Moment(1, T0, new State.Scheduled(T0.plusSeconds(5)), 0, 0, null, null, false);
    var second = new Moment(2, T0.plusSeconds(5), new State.Queued(), 0, 0, null, null, false);
    var state =
        new State.Canceling(
            Long.MIN_VALUE, T0.plusSeconds(70), T0.plusSeconds(8), "no longer wanted");
    var moment = new Moment(5, T0.plusMillis(6001), state, 2, 4, T0.plusSeconds(6), failure, true);
    var progress = new Progress(42.5, 17.0, 40.0, "page", "rendering", T0.plusSeconds(60));
    var operation =
        new Operation(
            id(1),
            asked,
            T0,
            T0.plusSeconds(77),
            moment,
            List.of(first, second),
            6,
            11,
            T0.plusMillis(6500),
            -12,
            progress,
            id(92),
            false);

    save(operation);

    assertSame(find(3, id(1)), operation);
    assertSame(lock(plan(id(1))).rows().get(id(1)), operation);
  }

  @Test
  void every_state_is_found_again() {
    var timeout = FailureCode.TARGET_TIMEOUT.because("no answer within 60 s");
    var states =
        List.of(
            new State.Scheduled(T0),
            new State.Blocked(Long.MAX_VALUE),
            new State.Queued(),
            new State.Running(42, T0.plusSeconds(9), null),
            new State.Running(0, T0.plusSeconds(9), T0.plusSeconds(3)),
            new State.Waiting(
                List.of(new Wait.ForSignal("ok"), new Wait.ForTime(T0), new Wait.ForEnd(id(3)))),
            new State.Canceling(42, T0, null, null),
            new State.Succeeded(null),
            new State.Succeeded(
                new Payload.Inline(new byte[] {0, 1, -1}, "application/octet-stream")),
            new State.Failed(timeout, true),
            new State.Canceled("changed my mind"));
    for (int n = 0; n < states.size(); n++) {
      var operation = numbered(n).lane("a").state(states.get(n)).build();

      save(operation);

      assertSame(find(1, id(n)), operation);
    }
  }

  @Test
  void a_saved_operation_replaces_the_one_before() {
    save(numbered(1).rank(1).build());
    var later =
        numbered(1).rank(2).running(42).version(2).progress(Progress.of(1, 2, "page")).build();

    save(later);

    assertSame(find(1, id(1)), later);
  }

  @Test
  void another_tenants_operation_is_nothing() {
    save(numbered(1).build(), new Row.Tombstone(id(2), 1, T0.plusSeconds(5)));

    assertThat(found(2, id(1))).isInstanceOf(Found.Nothing.class);
    assertThat(found(2, id(2))).isInstanceOf(Found.Nothing.class);
    assertThat(found(1, id(3))).isInstanceOf(Found.Nothing.class);
  }

  @Test
  void a_tombstone_takes_the_place_of_its_operation() {
    save(numbered(1).canceled().build(), numbered(2).build());

    save(new Row.Tombstone(id(1), 1, T0.plusSeconds(5)));

    assertThat(found(1, id(1))).isInstanceOf(Found.Gone.class);
    assertThat(places(ids(1))).isEmpty();
    assertSame(lock(plan(id(1))).rows().get(id(1)), new Row.Tombstone(id(1), 1, T0.plusSeconds(5)));
  }

  @Test
  void a_tombstone_saved_while_its_operation_is_removed_stays() {
    save(numbered(1).canceled().build());

    commit(List.of(new Row.Tombstone(id(1), 1, T0.plusSeconds(5))), List.of(id(1)), List.of());

    assertThat(found(1, id(1))).isInstanceOf(Found.Gone.class);
  }

  @Test
  void a_removed_tombstone_leaves_nothing() {
    save(new Row.Tombstone(id(1), 1, T0.plusSeconds(5)));

    remove(id(1));

    assertThat(found(1, id(1))).isInstanceOf(Found.Nothing.class);
    assertThat(lock(plan(id(1))).rows()).isEmpty();
    assertThat(nextDue()).isNull();
  }

  @Test
  void a_removed_operation_leaves_nothing() {
    save(numbered(1).build(), numbered(2).build());

    remove(id(1));

    assertThat(found(1, id(1))).isInstanceOf(Found.Nothing.class);
    assertThat(pick("mail", 10)).isEqualTo(ids(2));
  }

  @Test
  void a_document_is_replaced_version_by_version_until_it_is_removed() {
    save(new Row.Doc(DOC, 1, new byte[] {1, 0}));
    assertSame(doc(DOC), new Row.Doc(DOC, 1, new byte[] {1, 0}));

    save(new Row.Doc(DOC, 2, AnOperation.bytes(70_000)));
    assertSame(doc(DOC), new Row.Doc(DOC, 2, AnOperation.bytes(70_000)));

    remove(DOC);
    assertThat(doc(DOC)).isEmpty();

    save(new Row.Doc(DOC, 1, new byte[] {3}));
    assertSame(doc(DOC), new Row.Doc(DOC, 1, new byte[] {3}));
  }

  @Test
  void documents_of_a_kind_are_listed_for_all_tenants() {
    var docs =
        List.of(
            new Row.Doc(new Key.Doc(1, "key", "b"), 1, new byte[] {1}),
            new Row.Doc(new Key.Doc(1, "key", "a"), 2, new byte[] {2}),
            new Row.Doc(new Key.Doc(2, "key", "a"), 1, new byte[0]));
    commit(docs, List.of(), List.of());
    save(new Row.Doc(new Key.Doc(1, "keys", "a"), 1, new byte[] {4}));

    List<Row.Doc> found = readSystem(system -> system.docs("key"));

    assertThat(found.stream().map(Dump::of))
        .containsExactlyInAnyOrderElementsOf(docs.stream().map(Dump::of).toList());
    List<Row.Doc> none = readSystem(system -> system.docs("nothing"));
    assertThat(none).isEmpty();
  }

  @Test
  void documents_are_told_apart_by_tenant_kind_and_id() {
    save(new Row.Doc(DOC, 1, new byte[] {1}));

    assertThat(doc(new Key.Doc(2, "queue", "mail"))).isEmpty();
    assertThat(doc(new Key.Doc(1, "type", "mail"))).isEmpty();
    assertThat(doc(new Key.Doc(1, "queue", "Mail"))).isEmpty();
  }

  @Test
  void keys_of_idempotency_are_told_apart_by_tenant_scope_and_every_character() {
    var key = new Key.Idem(1, "mail", "Key ~ with \"all\", 'kinds' %_?");
    save(new Row.Idem(key, AnOperation.bytes(32), id(1), T0.plusSeconds(9)));

    assertSame(
        lock(plan(key)).rows().get(key),
        new Row.Idem(key, AnOperation.bytes(32), id(1), T0.plusSeconds(9)));
    for (var other :
        List.of(
            new Key.Idem(2, key.scope(), key.key()),
            new Key.Idem(1, "letter", key.key()),
            new Key.Idem(1, key.scope(), key.key().toLowerCase()),
            new Key.Idem(1, key.scope(), key.key() + " "))) {
      assertThat(lock(plan(other)).rows()).isEmpty();
    }
  }

  @Test
  void a_key_may_be_long_and_may_point_to_another_operation_later() {
    var key = new Key.Idem(1, "retry:" + id(1), "k".repeat(255));
    save(new Row.Idem(key, new byte[0], id(1), T0));

    var later = new Row.Idem(key, new byte[] {1}, id(2), T0.plusSeconds(1));
    save(later);

    assertSame(lock(plan(key)).rows().get(key), later);
  }

  @Test
  void lanes_are_replaced_and_removed() {
    var key = new Key.Lane(1, "mail", "customer-7");
    save(new Row.Lane(key, 3, 1, 0));
    save(new Row.Lane(key, 2, 0, 17));
    assertSame(lock(plan(key)).rows().get(key), new Row.Lane(key, 2, 0, 17));
    assertThat(lock(plan(new Key.Lane(2, "mail", "customer-7"))).rows()).isEmpty();

    remove(key);

    assertThat(lock(plan(key)).rows()).isEmpty();
  }

  @Test
  void owners_are_renewed_and_removed() {
    var key = new Key.Owner(-42);
    save(new Row.Owner(key, T0));
    save(new Row.Owner(key, T0.plusSeconds(15)));
    assertSame(lock(plan(key)).rows().get(key), new Row.Owner(key, T0.plusSeconds(15)));

    remove(key);

    assertThat(lock(plan(key)).rows()).isEmpty();
  }
}
