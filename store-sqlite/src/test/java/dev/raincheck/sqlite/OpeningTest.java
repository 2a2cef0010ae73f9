package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.AnOperation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused at the start, and what a start does. */
class OpeningTest {
  @TempDir Path directory;

  @Test
  void a_second_user_of_the_file_is_refused_and_told_who_has_it() {
    try (var first = Opened.in(directory)) {
      assertThat(first.store.describe().strict()).isTrue();
      assertThatThrownBy(() -> Opened.in(directory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void the_file_is_free_again_after_a_close_and_after_an_open_that_failed() throws Exception {
    var config = Opened.config(directory);
    Opened.in(directory).close();
    Opened.edit(config, "PRAGMA user_version = 99");
    assertThatThrownBy(() -> Opened.at(config)).isInstanceOf(StoreException.class);
    Opened.edit(config, "PRAGMA user_version = " + Schema.VERSION);

    assertThatCode(() -> Opened.at(config).close()).doesNotThrowAnyException();
  }

  @Test
  void a_newer_schema_is_refused() throws Exception {
    var config = Opened.config(directory);
    Opened.in(directory).close();
    Opened.edit(config, "PRAGMA user_version = " + (Schema.VERSION + 1));

    assertThatThrownBy(() -> Opened.at(config))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Start a newer Raincheck");
  }

  @Test
  void another_programs_database_is_refused_and_left_alone() throws Exception {
    var config = Opened.config(directory);
    Opened.edit(config, "CREATE TABLE theirs (x)");

    assertThatThrownBy(() -> Opened.at(config))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("another program");
    try (var connection = Opened.connect(config);
        var rows =
            connection.createStatement().executeQuery("SELECT count(*) FROM sqlite_schema")) {
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void a_file_that_is_no_database_is_refused() throws Exception {
    Files.writeString(directory.resolve("test.db"), "dear diary, ".repeat(500));

    assertThatThrownBy(() -> Opened.in(directory))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("test.db");
  }

  @Test
  void a_damaged_small_file_is_found_after_a_crash() throws Exception {
    var config = Opened.config(directory);
    Opened.in(directory).close();
    Opened.edit(
        config,
        """
        UPDATE process SET clean = 0;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema
        SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'owner')
        WHERE name = 'operation_due'\
        """);

    assertThatThrownBy(() -> Opened.at(config))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void old_versions_of_sqlite_are_refused() {
    assertThatThrownBy(() -> Database.requireVersion("3.51.2")).hasMessageContaining("3.51.3");
    assertThatThrownBy(() -> Database.requireVersion("3.9.9")).hasMessageContaining("3.51.3");
    assertThatCode(() -> Database.requireVersion("3.51.3")).doesNotThrowAnyException();
    assertThatCode(() -> Database.requireVersion("3.60.0")).doesNotThrowAnyException();
    assertThatCode(() -> Database.requireVersion("4.0")).doesNotThrowAnyException();
  }

  @Test
  void network_file_systems_are_refused() {
    for (var type : new String[] {"nfs4", "CIFS", "smb3"}) {
      assertThatThrownBy(() -> SoleProcess.requireLocal(type, directory))
          .hasMessageContaining("local disk");
    }
    assertThatCode(() -> SoleProcess.requireLocal("ext4", directory)).doesNotThrowAnyException();
  }

  @Test
  void sessions_of_the_process_before_are_over_at_once() {
    var owner = new Row.Owner(new Key.Owner(41), AnOperation.EPOCH.plusSeconds(3600));
    try (var first = Opened.in(directory)) {
      first.save(owner, AnOperation.numbered(1).running(41).build());
      assertThat(
              first.store.<Integer>read(
                  reader -> reader.system().orphans(AnOperation.EPOCH, 10).size()))
          .isZero();
    }

    try (var second = Opened.in(directory);
        var tx = second.store.begin()) {
      var keys = new TreeSet<Key>(Key.ORDER);
      keys.add(owner.key());
      assertThat(tx.lock(new LockPlan(keys, Map.of())).rows()).isEmpty();
      assertThat(
              second.store.<Integer>read(
                  reader -> reader.system().orphans(AnOperation.EPOCH, 10).size()))
          .isOne();
    }
  }

  @Test
  void the_durability_that_was_asked_for_is_what_sqlite_does() throws Exception {
    try (var strict = Opened.in(directory)) {
      assertThat(strict.store.tables.statements.number("PRAGMA synchronous", -1)).isEqualTo(2);
      assertThat(strict.store.tables.statements.text("PRAGMA journal_mode")).isEqualTo("wal");
      assertThat(strict.store.tables.statements.number("PRAGMA wal_autocheckpoint", -1)).isZero();
    }
    try (var relaxed = Opened.at(Opened.config(directory).withStrict(false))) {
      assertThat(relaxed.store.tables.statements.number("PRAGMA synchronous", -1)).isEqualTo(1);
      assertThat(relaxed.store.describe().strict()).isFalse();
    }
  }
}
