package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.AnOperation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row that this version cannot read stops nobody and is not forgotten. */
class AsideTest {
  private static final Instant LATER = AnOperation.EPOCH.plusSeconds(1);
  private static final OperationId BAD = AnOperation.id(2);

  @TempDir Path directory;
  private SqliteConfig config;

  @BeforeEach
  void three_operations_of_which_one_is_of_another_format() throws Exception {
    config = Opened.config(directory);
    try (var opened = Opened.at(config)) {
      for (int n = 1; n <= 3; n++)
        opened.save(AnOperation.numbered(n).deadlineAt(AnOperation.EPOCH).build());
    }
    turn("7F");
  }

  private void turn(String format) throws Exception {
    Opened.edit(
        config,
        "UPDATE operation SET life = CAST(x'%s' || substr(life, 2) AS BLOB) WHERE row = 2"
            .formatted(format));
  }

  @Test
  void a_pick_passes_over_it_and_still_gives_as_many_as_there_are() {
    try (var opened = Opened.at(config)) {
      assertThat(opened.pick("mail", 2)).containsExactly(AnOperation.id(1), AnOperation.id(3));
      assertThat(opened.store.setAside()).isEqualTo(1);
      assertThat(opened.pick("mail", 2)).hasSize(2);
    }
  }

  @Test
  void it_is_not_nominated_again_once_the_ledger_has_looked() {
    try (var opened = Opened.at(config)) {
      assertThat(due(opened)).hasSize(3);

      try (var tx = opened.store.begin()) {
        var keys = new TreeSet<Key>(Key.ORDER);
        keys.add(BAD);
        assertThat(tx.lock(new LockPlan(keys, Map.of())).rows()).isEmpty();
      }

      assertThat(due(opened)).containsExactly(AnOperation.id(1), AnOperation.id(3));
      assertThat(opened.store.setAside()).isEqualTo(1);
    }
  }

  @Test
  void lists_leave_it_out_and_its_own_reader_is_told() {
    try (var opened = Opened.at(config)) {
      var page = opened.store.read(reader -> reader.list(Filter.all(1), null, 10));
      assertThat(page.operations()).hasSize(2);
      assertThatThrownBy(() -> opened.store.<Found>read(reader -> reader.operation(1, BAD)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("cannot be read by this version");
    }
  }

  @Test
  void a_version_that_can_read_it_takes_it_back() throws Exception {
    try (var opened = Opened.at(config)) {
      opened.pick("mail", 3);
      assertThat(opened.store.setAside()).isEqualTo(1);
    }
    turn("01");

    try (var opened = Opened.at(config)) {
      assertThat(opened.store.setAside()).isZero();
      assertThat(opened.pick("mail", 3)).containsExactly(AnOperation.id(1), BAD, AnOperation.id(3));
      assertThat(due(opened)).hasSize(3);
    }
  }

  private static List<OperationId> due(Opened opened) {
    return opened.store.read(reader -> reader.system().due(LATER, 10));
  }
}
