package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.testkit.AnOperation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database itself refuses what the rules never decide. */
class SchemaTest {
  private final PostgresConfig config = TestServer.config();

  private void one() {
    try (var store = PostgresStore.open(config, System::nanoTime);
        var tx = store.begin()) {
      tx.now();
      var operation = AnOperation.numbered(1).build();
      var batch = new Batch(7, 1, List.of(operation), Set.of(operation.id()), List.of(), List.of());
      assertThat(tx.commit(batch)).isInstanceOf(Committed.Yes.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state = 4",
        "owner = 1",
        "state = 7",
        "finished_at = 1",
        "state = 2",
        "turn = 1",
        "state = 2, turn = 1",
        "dead = true",
        "state = 0",
        "state = 10",
        "priority = 10",
        "id = '\\x00'",
        "life = NULL"
      })
  void a_row_that_contradicts_itself_is_refused(String change) {
    one();

    assertThatThrownBy(() -> TestServer.edit(config, "UPDATE life SET " + change)).hasMessageContaining("violates");
  }

  @Test
  void what_contradicts_nothing_is_taken() throws Exception {
    one();
    TestServer.edit(config, "UPDATE life SET state = 4, owner = 1");
    TestServer.edit(config, "UPDATE life SET state = 8, owner = NULL, finished_at = 1, dead = true");
  }
}
