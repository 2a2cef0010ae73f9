package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.doctor.Finding;
import dev.raincheck.doctor.Finding.Severity;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor names in a file, beside a server and without one. */
class DoctorTest {
  @TempDir Path directory;

  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);

  private List<Finding> examine() {
    return SqliteDoctor.examine(Opened.config(directory), clock, System::nanoTime);
  }

  private static Finding one(List<Finding> findings, String check) {
    var found = findings.stream().filter(finding -> finding.check().equals(check)).toList();
    assertThat(found).as(findings.toString()).hasSize(1);
    return found.getFirst();
  }

  private Set<String> files() throws IOException {
    try (var files = Files.list(directory)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void a_file_in_use_is_fine_and_its_holder_is_named() {
    try (var opened = Opened.in(directory)) {
      opened.save(new Row.Owner(new Key.Owner(7), AnOperation.EPOCH.plusSeconds(15)));

      var findings = examine();

      assertThat(findings).as(findings.toString()).noneMatch(one -> one.severity() != Severity.OK);
      assertThat(one(findings, "holder").figure()).isEqualTo("process " + ProcessHandle.current().pid());
      assertThat(one(findings, "journal").figure()).isEqualTo("journal_mode = wal");
      assertThat(one(findings, "integrity").figure()).isEqualTo("ok");
    }
  }

  @Test
  void a_file_at_rest_is_read_without_making_or_changing_anything() throws Exception {
    Opened.in(directory).close();
    var before = files();
    byte[] bytes = Files.readAllBytes(Opened.config(directory).path());

    var findings = examine();

    assertThat(one(findings, "nodes").text()).isEqualTo("No server runs on this file.");
    assertThat(files()).isEqualTo(before);
    assertThat(Files.readAllBytes(Opened.config(directory).path())).isEqualTo(bytes);
  }

  @Test
  void no_file_is_told_and_none_is_made() throws Exception {
    assertThat(examine()).singleElement().satisfies(one -> assertThat(one.severity()).isEqualTo(Severity.WARNING));
    assertThat(files()).isEmpty();
  }

  @Test
  void a_server_that_no_longer_renews_and_what_it_holds_are_named() {
    try (var opened = Opened.in(directory)) {
      opened.save(
          new Row.Owner(new Key.Owner(7), AnOperation.EPOCH.plusSeconds(15)),
          AnOperation.numbered(1).running(7).build(),
          AnOperation.numbered(2).build());
      clock.advance(Duration.ofSeconds(300));

      var findings = examine();

      assertThat(one(findings, "nodes").severity()).isEqualTo(Severity.PROBLEM);
      assertThat(one(findings, "nodes").text()).contains("has not renewed its lease for 4 min");
      assertThat(one(findings, "orphans").figure()).isEqualTo("1");
      assertThat(one(findings, "ready").text()).startsWith("1 operations that may start wait for a slot, the oldest accepted 5 min ago");
      assertThat(one(findings, "ready").severity()).isEqualTo(Severity.WARNING);
    }
  }

  @Test
  void a_clock_that_was_set_back_is_named() {
    try (var opened = Opened.in(directory)) {
      opened.save(new Row.Owner(new Key.Owner(7), AnOperation.EPOCH.plusSeconds(15)));
    }
    var behind = new ManualClock(AnOperation.EPOCH.minusSeconds(60));

    assertThat(one(SqliteDoctor.examine(Opened.config(directory), behind, System::nanoTime), "clock").text())
        .contains("60.0 s behind the last commit");
  }

  @Test
  void a_damaged_file_is_a_problem() throws Exception {
    try (var opened = Opened.in(directory)) {
      for (int n = 1; n <= 300; n++) opened.save(AnOperation.numbered(n).build());
    }
    try (var file = FileChannel.open(Opened.config(directory).path(), StandardOpenOption.WRITE)) {
      // The first page has the schema, and stays; the rest is torn.
      for (long at = 8 * 4096; at < file.size(); at += 4096) file.write(ByteBuffer.wrap(AnOperation.bytes(600)), at);
    }

    assertThat(examine()).as("a damaged page").anyMatch(one -> one.severity() == Severity.PROBLEM && one.text().contains("damaged"));
  }

  @Test
  void another_programs_file_a_newer_schema_and_rows_set_aside_are_named() throws Exception {
    Opened.in(directory).close();
    Opened.edit(Opened.config(directory), "INSERT INTO depth VALUES (0, 1, 1, 3)");
    assertThat(one(examine(), "unreadable").figure()).isEqualTo("3");

    Opened.edit(Opened.config(directory), "PRAGMA user_version = " + (Schema.VERSION + 1));
    assertThat(one(examine(), "schema").severity()).isEqualTo(Severity.PROBLEM);

    Opened.edit(Opened.config(directory), "PRAGMA application_id = 1");
    assertThat(one(examine(), "schema").text()).contains("another program");
  }

  @Test
  void no_database_at_all_is_a_problem_and_no_exception() throws Exception {
    Files.writeString(directory.resolve("test.db"), "dear diary, ".repeat(500));

    assertThat(examine()).anyMatch(one -> one.severity() == Severity.PROBLEM && one.text().contains("no database"));
  }
}
