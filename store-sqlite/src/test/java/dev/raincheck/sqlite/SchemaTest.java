package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.testkit.AnOperation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file itself refuses what the rules never decide. */
class SchemaTest {
  @TempDir Path directory;

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
        "dead = 1",
        "state = 10",
        "priority = 10",
        "id = x'00'",
        "asked = NULL",
        "tenant = 'one'"
      })
  void a_row_that_contradicts_itself_is_refused(String change) throws Exception {
    var config = Opened.config(directory);
    try (var opened = Opened.at(config)) {
      opened.save(AnOperation.numbered(1).build());
    }

    assertThatThrownBy(() -> Opened.edit(config, "UPDATE operation SET " + change))
        .hasMessageContaining("SQLITE_CONSTRAINT");
  }

  @Test
  void what_contradicts_nothing_is_taken() throws Exception {
    var config = Opened.config(directory);
    try (var opened = Opened.at(config)) {
      opened.save(AnOperation.numbered(1).build());
    }
    Opened.edit(config, "UPDATE operation SET state = 4, owner = 1");
    Opened.edit(config, "UPDATE operation SET state = 8, owner = NULL, finished_at = 1, dead = 1");
  }

  @Test
  void a_refused_value_poisons_its_batch_and_nothing_else() {
    try (var opened = Opened.in(directory)) {
      opened.save(AnOperation.numbered(1).build());

      var refused =
          opened.save(
              AnOperation.numbered(2).build(), AnOperation.numbered(3).blocked(1).build()); // In no lane.

      assertThat(refused).isInstanceOf(Committed.Poison.class);
      assertThat(opened.store.<Found>read(reader -> reader.operation(1, AnOperation.id(2))))
          .isInstanceOf(Found.Nothing.class);
      var again = opened.save(AnOperation.numbered(2).type("new.type").build());
      assertThat(again).isInstanceOf(Committed.Yes.class);
      assertThat(((Committed.Yes) again).firstOffset()).containsEntry("1:operations", 2L);
      assertThat(opened.pick("new.type", 5)).containsExactly(AnOperation.id(2));
    }
  }
}
