package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.bytes;
import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.Row;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every store promises to a process that starts again: all that was committed, and nothing else. Of
 * sessions it promises nothing: an embedded store forgets those of the process that is gone.
 */
public abstract class ReopenContract extends StoreFixture {
  @Test
  void rows_payloads_and_chunks_survive() {
    var operation = numbered(1).input(bytes(9000), "image/png").running(42).version(3).build();
    var chunk = new Row.Chunk(id(1), 3, T0, Row.Chunk.Kind.LOG, null, bytes(100));
    var rows =
        List.of(
            new Row.Doc(new Key.Doc(1, "queue", "mail"), 4, bytes(300)),
            new Row.Idem(new Key.Idem(1, "mail", "k"), bytes(32), id(1), T0.plusSeconds(60)),
            new Row.Lane(new Key.Lane(1, "mail", "a"), 2, 1, 3),
            new Row.Tombstone(id(2), 1, T0.plusSeconds(9)));
    commit(rows, List.of(), List.of());
    save(operation, chunk);

    reopen();

    var keys = rows.stream().map(Tables::keyOf).toList();
    var found = lock(plan(keys)).rows();
    for (int n = 0; n < rows.size(); n++) assertSame(found.get(keys.get(n)), rows.get(n));
    assertSame(find(1, id(1)), operation.inRow());
    assertThat(payload(id(1), Payload.Part.INPUT)).hasValue(bytes(9000));
    assertSame(read(reader -> reader.chunks(id(1), 0, 10)), List.of(chunk));
  }

  @Test
  void what_was_ready_is_picked_in_the_same_order() {
    save(
        numbered(1).rank(9).build(),
        numbered(2).rank(-3).build(),
        numbered(3).priority(0).rank(99).build());

    reopen();

    assertThat(pick("mail", 10)).isEqualTo(ids(3, 2, 1));
  }

  @Test
  void offsets_go_on_where_they_were() {
    append(new Entry("1:operations", id(1), 1, "operation.queued"));
    append(
        new Entry("1:operations", id(1), 2, "operation.running"),
        new Entry("2:operations", id(2), 1, "x"));
    long position = log("2:operations", 0, 10).getFirst().position();

    reopen();
    var committed = append(new Entry("1:operations", id(1), 3, "operation.succeeded"));

    assertThat(committed.firstOffset()).containsEntry("1:operations", 3L);
    var log = log("1:operations", 0, 10);
    assertThat(log)
        .flatExtracting(segment -> segment.entries())
        .extracting("version")
        .containsExactly(1, 2, 3);
    assertThat(log.getLast().position()).isGreaterThan(position);
  }

  @Test
  void what_was_not_committed_is_gone() {
    save(numbered(1).build());
    var tx = store().begin();
    tx.lock(plan(id(1)));
    tx.now();
    tx.close();

    reopen();

    assertThat(pick("mail", 10)).isEqualTo(ids(1));
    assertThat(found(1, id(2))).isInstanceOf(Found.Nothing.class);
  }

  @Test
  void batches_are_remembered() {
    save(numbered(1).build());

    reopen();

    assertThat(store().committed(NODE, lastBatch())).isTrue();
    assertThat(store().committed(NODE, lastBatch() + 1)).isFalse();
  }

  @Test
  void the_clock_does_not_go_back_behind_what_was_committed() {
    clock.advance(Duration.ofHours(1));
    save(numbered(1).build());

    clock.advance(Duration.ofHours(-3));
    reopen();

    assertThat(now()).isAfterOrEqualTo(T0.plus(Duration.ofHours(1)));
  }

  @Test
  void closing_twice_does_no_harm() {
    store().close();
    reopen();

    assertThat(pick("mail", 1)).isEmpty();
  }
}
