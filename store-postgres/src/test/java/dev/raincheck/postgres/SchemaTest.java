package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Reader;
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

  @Test
  void a_database_of_the_first_schema_is_brought_up_to_date_with_what_is_in_it() throws Exception {
    var running = AnOperation.numbered(1).running(7).build();
    try (var in = Schema.class.getResourceAsStream("schema-001.sql")) {
      TestServer.edit(config, "CREATE SCHEMA " + config.schema() + "; CREATE TABLE schema_version AS SELECT 1 AS version");
      TestServer.edit(config, new String(in.readAllBytes(), UTF_8));
    }
    try (var connection = TestServer.connect(config);
        var asked =
            connection.prepareStatement(
                "INSERT INTO operation (id, tenant, type, created_at, asked) VALUES (?, 1, 'mail', 0, ?)");
        var life =
            connection.prepareStatement(
                """
                INSERT INTO life (id, tenant, type, queue, created_at, priority, state, rank, owner, dead, life)
                VALUES (?, 1, 'mail', 'mail', 0, 5, 4, 1, 7, false, ?)\
                """)) {
      asked.setBytes(1, PackedKey.of(running.id()));
      asked.setBytes(2, OperationCodec.asked(running));
      asked.execute();
      life.setBytes(1, PackedKey.of(running.id()));
      life.setBytes(2, OperationCodec.life(running));
      life.execute();
    }

    try (var store = PostgresStore.open(config, System::nanoTime)) {
      var found = store.read(reader -> reader.operation(1, running.id()));
      assertThat(((Reader.Found.Here) found).operation().state()).isEqualTo(running.state());
    }
    var complete = "SELECT complete('%s', %d)".formatted(running.id().text(), running.moment().epoch());
    assertThatThrownBy(() -> TestServer.edit(config, complete)).hasMessageContaining("lease_lost");
  }
}
