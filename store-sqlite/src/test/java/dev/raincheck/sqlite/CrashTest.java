package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Row;
import dev.raincheck.testkit.AnOperation;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies at any commit leaves whole batches behind, and all that it acknowledged. */
class CrashTest {
  private static final int CRASHES = 4;
  private static final int ROWS = 100;

  @TempDir Path directory;

  @Test
  void all_that_was_acknowledged_is_there_and_nothing_in_halves() throws Exception {
    int acknowledged = 0;
    for (int crash = 1; crash <= CRASHES; crash++) {
      acknowledged += child(crash);
      try (var opened = Opened.in(directory)) {
        var operations =
            opened.store.read(reader -> reader.list(Filter.all(1), null, 100_000)).operations();
        long entries = 0;
        for (var segment : opened.store.read(reader -> reader.log("1:operations", 0, 100_000))) {
          assertThat(segment.first()).isEqualTo(entries + 1);
          entries += segment.entries().size();
        }
        var depths = opened.store.read(reader -> reader.system().depths());

        assertThat(operations).hasSizeGreaterThanOrEqualTo(acknowledged * ROWS);
        assertThat(operations.size() % ROWS).isZero();
        assertThat(entries).isEqualTo(operations.size());
        assertThat(depths.getFirst().count()).isEqualTo(operations.size());
        acknowledged = operations.size() / ROWS;
      }
    }
    assertThat(acknowledged).isGreaterThanOrEqualTo(CRASHES);
  }

  /**
   * Runs a process that dies in its second batch, before or after the commit, and counts what it
   * acknowledged.
   */
  private int child(int crash) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CrashTest.class.getName(),
                directory.toString(),
                Integer.toString(crash))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
      int acknowledged = (int) out.lines().filter(line -> line.equals("acknowledged")).count();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(137);
      return acknowledged;
    } finally {
      process.destroyForcibly();
    }
  }

  /** The child: a batch that is acknowledged, and one in which it dies. */
  public static void main(String[] args) {
    var opened = Opened.in(Path.of(args[0]));
    int crash = Integer.parseInt(args[1]);
    batch(opened, crash * 10_000, false);
    System.out.println("acknowledged");
    System.out.flush();
    batch(opened, crash * 10_000 + 5_000, crash % 2 == 0);
    Runtime.getRuntime().halt(137);
  }

  private static void batch(Opened opened, int from, boolean dieBefore) {
    var rows = new ArrayList<Row>();
    var fresh = new HashSet<Key>();
    var entries = new ArrayList<Entry>();
    for (int n = from; n < from + ROWS; n++) {
      Operation one = AnOperation.numbered(n).input(AnOperation.bytes(2_000), "image/png").build();
      rows.add(one);
      fresh.add(one.id());
      entries.add(new Entry("1:operations", one.id(), 1, "operation.queued"));
    }
    var tx = opened.store.begin();
    tx.lock(new LockPlan(new TreeSet<>(Key.ORDER), Map.of()));
    tx.now();
    if (dieBefore) {
      try {
        var changes =
            new Changes(
                opened.store.tables, Map.of(), new Batch(7, from, rows, fresh, List.of(), entries));
        changes.write();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      Runtime.getRuntime().halt(137);
    }
    if (!(tx.commit(new Batch(7, from, rows, fresh, List.of(), entries))
        instanceof Committed.Yes)) {
      throw new IllegalStateException("not committed");
    }
  }
}
