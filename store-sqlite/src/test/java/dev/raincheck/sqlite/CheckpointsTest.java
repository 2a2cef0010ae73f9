package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import dev.raincheck.testkit.AnOperation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The write-ahead log does not grow for ever, and readers at work do not change that for long. */
class CheckpointsTest {
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void the_log_stays_near_its_limit_however_much_is_written() {
    try (var opened = Opened.at(small())) {
      write(opened, 0);

      assertThat(opened.store.walBytes()).isLessThan(8 * MIB);
    }
  }

  @Test
  void a_log_that_a_reader_held_is_cut_when_the_reader_has_ended() {
    try (var opened = Opened.at(small())) {
      long held =
          opened.store.read(
              reader -> {
                assertThat(reader.doc(new Key.Doc(1, "x", "y"))).isEmpty();
                write(opened, 0);
                return opened.store.walBytes();
              });
      assertThat(held).isGreaterThan(10 * MIB);

      write(opened, 100_000);

      assertThat(opened.store.walBytes()).isLessThan(8 * MIB);
    }
  }

  private SqliteConfig small() {
    return new SqliteConfig(directory.resolve("test.db"), false, MIB, 1, 0, MIB, 100);
  }

  /** About 20 MiB in many batches. */
  private static void write(Opened opened, int from) {
    for (int batch = 0; batch < 200; batch++) {
      var rows = new ArrayList<Row>();
      for (int n = 0; n < 10; n++) {
        int number = from + batch * 10 + n;
        rows.add(
            AnOperation.numbered(number).input(AnOperation.bytes(10_000), "image/png").build());
      }
      opened.commit(rows, List.of());
    }
  }
}
