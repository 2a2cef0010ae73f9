package dev.raincheck.sqlite;

import dev.raincheck.doctor.Amounts;
import dev.raincheck.doctor.Finding;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteErrorCode;

/** What is in the file: whether it is sound, and whether work gets done. */
final class ContentCheck {
  /** One thing to look at. */
  interface Check {
    void look() throws SQLException;
  }

  private static final String RESTORE = "Stop the server, keep a copy of the files, and restore a backup.";
  private static final long LATE_WARNING_SECONDS = 5;
  private static final long LATE_PROBLEM_SECONDS = 60;
  private static final long READY_SECONDS = 60;
  private static final long SKEW_MILLIS_MAX = 2_000;
  private static final long LEASE_SECONDS = 20;

  private final Statements statements;
  private final SqliteConfig config;
  private final InstantSource clock;
  private final boolean inUse;
  private final List<Finding> findings = new ArrayList<>();
  private boolean ours;

  ContentCheck(Statements statements, SqliteConfig config, InstantSource clock, boolean inUse) {
    this.statements = statements;
    this.config = config;
    this.clock = clock;
    this.inUse = inUse;
  }

  void look(String name, Check check) {
    try {
      check.look();
    } catch (SQLException e) {
      if (isDamage(e)) {
        add(
            Finding.problem(
                name, "damaged", "The file is damaged, or no database: %s.".formatted(e.getMessage()), RESTORE));
        return;
      }
      boolean late = Failures.of(e) == Failures.INTERRUPTED;
      var why = late ? "the time for looking was over" : "SQLite said: " + e.getMessage();
      add(Finding.warning(name, "", "This was not looked at: %s.".formatted(why), "Try again."));
    }
  }

  private static boolean isDamage(SQLException e) {
    int code = e.getErrorCode() & 0xFF;
    return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  boolean isOurs() {
    return ours;
  }

  void ours() throws SQLException {
    var version = statements.text("SELECT sqlite_version()");
    add(Finding.ok("version", version, "SQLite %s reads the file %s.".formatted(version, config.path())));
    boolean empty = statements.number("SELECT count(*) FROM sqlite_schema", 0) == 0;
    ours = Schema.isOurs(statements) && !empty;
    if (ours) return;
    if (empty) {
      add(Finding.warning("schema", "0", "The file is empty.", "The first start makes its tables."));
    } else {
      add(Finding.problem("schema", "", "The file is a database of another program.", "Give Raincheck its own file."));
    }
  }

  void pragmas() throws SQLException {
    var journal = statements.text("PRAGMA journal_mode");
    if (journal.equals("wal")) {
      add(Finding.ok("journal", "journal_mode = wal", "The journal is a write-ahead log."));
    } else if (inUse) { // A file at rest is read as if it could not change, and then has no journal.
      add(
          Finding.problem(
              "journal", "journal_mode = " + journal, "The journal is %s, not a write-ahead log.".formatted(journal),
              "Somebody changed it: stop the server, then start it again."));
    }
    var synchronous = config.strict() ? "FULL" : "NORMAL";
    add(
        Finding.ok(
            "durability",
            "synchronous = " + synchronous,
            config.strict()
                ? "Each commit waits for the disk."
                : "As durability: relaxed allows, a power cut may lose the last commits."));
    long free = statements.number("PRAGMA freelist_count", 0) * statements.number("PRAGMA page_size", 0);
    add(Finding.ok("free-pages", Amounts.bytes(free), "Of the file, %s are free to be used again.".formatted(Amounts.bytes(free))));
  }

  void schema() throws SQLException {
    long version = statements.number("PRAGMA user_version", 0);
    if (version > Schema.VERSION) {
      add(
          Finding.problem(
              "schema", "%d, this program's is %d".formatted(version, Schema.VERSION),
              "The tables are of version %d, and this program knows %d.".formatted(version, Schema.VERSION),
              "Start a newer Raincheck."));
    } else {
      add(Finding.ok("schema", String.valueOf(version), "The tables are of version %d; this program's is %d.".formatted(version, Schema.VERSION)));
    }
  }

  /** The store's time never goes back; it stands still until the wall clock has caught up. */
  void clock() throws SQLException {
    long ahead = BatchTable.highWater(statements) - clock.millis();
    var figure = Amounts.millis(Math.max(0, ahead));
    if (ahead < SKEW_MILLIS_MAX) {
      add(Finding.ok("clock", figure, "This machine's clock is not behind the last commit."));
    } else {
      add(
          Finding.warning(
              "clock", figure, "This machine's clock is %s behind the last commit: it was set back.".formatted(figure),
              "Until it has caught up, delays and time-outs last longer after a restart. Synchronise it (NTP)."));
    }
  }

  void process() throws SQLException {
    long emergencies = statements.number("SELECT emergencies FROM process", 0);
    if (emergencies > 0) {
      add(
          Finding.warning(
              "full-disk", String.valueOf(emergencies), "The disk has been full %d times.".formatted(emergencies),
              "Give it more room, or shorten retention."));
    }
    if (!inUse) {
      add(Finding.warning("nodes", "0 alive", "No server runs on this file.", "Start one: raincheck serve."));
      return;
    }
    long lease = statements.number("SELECT max(lease_until) FROM owner", 0);
    long over = (clock.millis() - lease) / 1_000;
    if (over <= 0) {
      add(Finding.ok("nodes", "1 alive", "The server holds its lease."));
    } else if (over < LEASE_SECONDS) {
      add(Finding.warning("nodes", over + " s over", "The server's lease is over since %d s.".formatted(over), "Look again; it is renewed every 5 s."));
    } else {
      add(
          Finding.problem(
              "nodes", Amounts.seconds(over) + " over", "The server has not renewed its lease for %s.".formatted(Amounts.seconds(over)),
              "It is paused, or its disk does not answer: see its log, and restart it if nothing helps."));
    }
  }

  void ready() throws SQLException {
    var find =
        statements.of(
            """
            SELECT count(*), min(created_at) FROM operation INDEXED BY operation_live WHERE state < 7 AND state = 3\
            """);
    try (var row = find.executeQuery()) {
      long count = row.next() ? row.getLong(1) : 0;
      if (count == 0) {
        add(Finding.ok("ready", "0", "No operation waits for a slot."));
        return;
      }
      long seconds = (clock.millis() - row.getLong(2)) / 1_000;
      var text =
          "%s operations that may start wait for a slot, the oldest accepted %s ago."
              .formatted(Amounts.count(count), Amounts.seconds(seconds));
      if (seconds < READY_SECONDS) add(Finding.ok("ready", Amounts.seconds(seconds), text));
      else add(Finding.warning("ready", Amounts.seconds(seconds), text, inUse ? "See below what binds." : "No server runs that could start them."));
    }
  }

  void due() throws SQLException {
    long now = clock.millis();
    long earliest =
        Math.min(
            statements.number(SystemReads.NEXT_DUE, Long.MAX_VALUE), statements.number(SystemReads.NEXT_TOMBSTONE, Long.MAX_VALUE));
    long late = earliest > now ? 0 : (now - earliest) / 1_000;
    var figure = Amounts.seconds(late);
    if (late < LATE_WARNING_SECONDS) {
      add(Finding.ok("due", figure, "Nothing that is due is late."));
      return;
    }
    var text = "What is due longest (a start, a retry, a time-out or a removal) is %s late.".formatted(figure);
    var advice = inUse ? "The server looks every second: see its log." : "No server runs that could do it.";
    if (inUse && late >= LATE_PROBLEM_SECONDS) add(Finding.problem("due", figure, text, advice));
    else add(Finding.warning("due", figure, text, advice));
  }

  void orphans() throws SQLException {
    var find = statements.of("SELECT count(*) FROM (" + SystemReads.ORPHANS + ")");
    find.setLong(1, clock.millis());
    find.setInt(2, Integer.MAX_VALUE);
    try (var row = find.executeQuery()) {
      long count = row.next() ? row.getLong(1) : 0;
      var figure = Amounts.count(count);
      if (count == 0) {
        add(Finding.ok("orphans", figure, "No operation is held by a server whose lease is over."));
      } else {
        add(
            Finding.warning(
                "orphans", figure, "%s operations are held by a server whose lease is over.".formatted(figure),
                inUse ? "They are given back within seconds; look again." : "The next start gives them back at once."));
      }
    }
  }

  void unreadable() throws SQLException {
    long count = statements.number(Snapshot.SET_ASIDE, 0);
    var figure = Amounts.count(count);
    if (count == 0) {
      add(Finding.ok("unreadable", figure, "No operation is set aside."));
    } else {
      add(
          Finding.warning(
              "unreadable", figure, "%s operations are set aside, because this version could not read them.".formatted(figure),
              "Start the version that wrote them: each start tries them again."));
    }
  }

  void integrity() throws SQLException {
    var verdict = statements.text("PRAGMA quick_check(1)");
    if (verdict.equals("ok")) {
      add(Finding.ok("integrity", "ok", "SQLite's quick check finds the file sound."));
    } else {
      add(
          Finding.problem(
              "integrity", "damaged", "The file is damaged: %s.".formatted(verdict), RESTORE));
    }
  }
}
