package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.AnOperation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk refuses new work; work under way can still record its end. */
class FullDiskTest {
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void a_batch_that_does_not_fit_has_not_happened_and_smaller_ones_go_on() throws Exception {
    var config = Opened.config(directory).withReserveBytes(1 << 20);
    try (var opened = Opened.at(config)) {
      opened.save(AnOperation.numbered(1).running(42).build());
      var statements = opened.store.tables.statements;
      long pages = statements.number("PRAGMA page_count", 0);
      statements.script("PRAGMA max_page_count = " + (pages + 10));

      var big = AnOperation.numbered(2).input(AnOperation.bytes(200_000), "image/png").build();
      assertThat(opened.save(big)).isInstanceOf(Committed.Full.class);
      assertThat(config.beside(".reserve")).doesNotExist();
      assertThat(opened.store.<Found>read(reader -> reader.operation(1, big.id())))
          .isInstanceOf(Found.Nothing.class);

      assertThat(opened.save(AnOperation.numbered(1).version(2).succeeded(null).build()))
          .isInstanceOf(Committed.Yes.class);
      statements.script("PRAGMA max_page_count = 1000000");
      assertThat(opened.save(big)).isInstanceOf(Committed.Yes.class);
      assertThat(config.beside(".reserve")).hasSize(1 << 20);
    }
  }

  @Test
  void a_disk_that_is_really_full_keeps_its_promises() throws Exception {
    var disk = directory.resolve("disk");
    Files.createDirectory(disk);
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()), "needs root");
    try {
      var config = new SqliteConfig(disk.resolve("test.db"), true, MIB, 1, 4 * MIB, 2 * MIB, 100);
      var acknowledged = new ArrayList<Operation>();
      try (var opened = Opened.at(config)) {
        Committed last = new Committed.Again();
        for (int n = 1; n <= 1_000 && !(last instanceof Committed.Full); n++) {
          var one =
              AnOperation.numbered(n)
                  .running(42)
                  .input(AnOperation.bytes(50_000), "image/png")
                  .build();
          last = opened.save(one);
          if (last instanceof Committed.Yes) acknowledged.add(one);
        }
        assertThat(last).isInstanceOf(Committed.Full.class);
        assertThat(opened.save(AnOperation.numbered(5_000).build()))
            .isInstanceOf(Committed.Full.class);
        for (var one : acknowledged) {
          int n = (int) one.id().lo();
          var ended =
              AnOperation.numbered(n)
                  .input(AnOperation.bytes(50_000), "image/png")
                  .version(2)
                  .succeeded(null)
                  .build();
          assertThat(opened.save(ended)).isInstanceOf(Committed.Yes.class);
        }
      }
      try (var opened = Opened.at(config)) {
        assertThat(acknowledged).isNotEmpty();
        for (var one : acknowledged) {
          var found = opened.store.<Found>read(reader -> reader.operation(1, one.id()));
          assertThat(((Found.Here) found).operation().done()).isTrue();
        }
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  @Test
  void an_error_of_which_nobody_knows_the_outcome_stops_the_store() throws Exception {
    try (var opened = Opened.in(directory)) {
      opened.save(AnOperation.numbered(1).build());
      var tx = opened.store.begin();
      opened.store.tables.statements.close();
      var batch =
          new Batch(
              7,
              1,
              List.of(AnOperation.numbered(2).build()),
              Set.of(AnOperation.id(2)),
              List.of(),
              List.of());

      assertThat(tx.commit(batch)).isInstanceOf(Committed.Unsure.class);
      assertThatThrownBy(opened.store::begin)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("stopped");
      assertThatThrownBy(() -> opened.store.committed(7, 1)).isInstanceOf(StoreException.class);
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
