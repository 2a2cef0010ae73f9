package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.AnOperation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row that a newer node wrote stops no older one, and is left as it is. */
class UnreadableTest {
  private static final OperationId BAD = AnOperation.id(2);

  private final PostgresConfig config = TestServer.config();
  private PostgresStore store;

  @BeforeEach
  void three_operations_of_which_one_is_of_another_format() throws Exception {
    store = PostgresStore.open(config, System::nanoTime);
    Set<Key> fresh = new HashSet<>();
    for (int n = 1; n <= 3; n++) fresh.add(AnOperation.id(n));
    var rows =
        List.<Row>of(
            AnOperation.numbered(1).deadlineAt(AnOperation.EPOCH).build(),
            AnOperation.numbered(2).deadlineAt(AnOperation.EPOCH).build(),
            AnOperation.numbered(3).deadlineAt(AnOperation.EPOCH).build());
    try (var tx = store.begin()) {
      tx.now();
      assertThat(tx.commit(new Batch(7, 1, rows, fresh, List.of(), List.of()))).isInstanceOf(Committed.Yes.class);
    }
    turn("7f");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void turn(String format) throws Exception {
    TestServer.edit(
        config,
        "UPDATE life SET life = '\\x%s'::bytea || substr(life, 2) WHERE id = (SELECT id FROM life ORDER BY id LIMIT 1 OFFSET 1)"
            .formatted(format));
  }

  private List<OperationId> pick(int atMost) {
    try (var tx = store.begin()) {
      return tx.pick("mail", atMost).stream().map(Operation::id).toList();
    }
  }

  private List<OperationId> due() {
    return store.read(reader -> reader.system().due(AnOperation.EPOCH.plusSeconds(1), 10));
  }

  @Test
  void a_pick_passes_over_it_and_still_gives_as_many_as_there_are() {
    assertThat(pick(2)).containsExactly(AnOperation.id(1), AnOperation.id(3));
    assertThat(pick(2)).hasSize(2);
    assertThat(store.setAside()).isEqualTo(1);
  }

  @Test
  void it_is_not_nominated_again_once_the_ledger_has_looked() {
    assertThat(due()).hasSize(3);
    try (var tx = store.begin()) {
      var keys = new TreeSet<Key>(Key.ORDER);
      keys.add(BAD);
      assertThat(tx.lock(new LockPlan(keys, Map.of())).rows()).isEmpty();
    }

    assertThat(due()).containsExactly(AnOperation.id(1), AnOperation.id(3));
  }

  @Test
  void lists_leave_it_out_and_its_own_reader_is_told() {
    assertThat(store.read(reader -> reader.list(Filter.all(1), null, 10)).operations()).hasSize(2);
    assertThatThrownBy(() -> store.<Found>read(reader -> reader.operation(1, BAD)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be read by this version");
  }

  @Test
  void a_node_that_can_read_it_finds_it_as_it_was() throws Exception {
    assertThat(pick(3)).hasSize(2);
    turn("01");
    store.close();
    store = PostgresStore.open(config, System::nanoTime);

    assertThat(pick(3)).containsExactly(AnOperation.id(1), BAD, AnOperation.id(3));
    assertThat(due()).hasSize(3);
  }
}
