package dev.raincheck.postgres;

import dev.raincheck.doctor.Amounts;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/** What the server is, and what it promises of a commit. */
final class ServerCheck {
  private static final long SKEW_MILLIS_MAX = 1_000;
  private static final long SKEW_MILLIS_BAD = 60_000;

  /** The server stops taking writes at two billion, and vacuums everything by force from 200 million on. */
  private static final long AGE_WARNING = 500_000_000;

  private static final long AGE_PROBLEM = 1_200_000_000;
  private static final double CONNECTIONS_WARNING = 0.8;
  private static final double CONNECTIONS_PROBLEM = 0.95;
  private static final Pattern NUMBERED = Pattern.compile("(?i)\\s*(?:(?:FIRST|ANY)\\s+)?(\\d+)\\s*\\(.*");

  private final InstantSource clock;

  ServerCheck(InstantSource clock) {
    this.clock = clock;
  }

  void versionAndRole(Examination at) throws SQLException {
    long number = Long.parseLong(at.setting("server_version_num"));
    var version = at.setting("server_version").split(" ", 2)[0];
    if (number < ServerPromise.VERSION_MIN) {
      at.problem("version", version, "This is PostgreSQL %s.".formatted(version), "Raincheck needs 15 or newer.");
    } else {
      at.ok("version", version, "This is PostgreSQL %s.".formatted(version));
    }
    boolean standby = at.number("SELECT pg_is_in_recovery()::int") == 1;
    if (standby) {
      at.problem(
          "role", "standby", "The server is a standby: nothing can be written there.",
          "Name the primary in `store`, or all servers with commas; if the primary is lost, promote this one.");
    } else if (at.setting("default_transaction_read_only").equals("on") && readOnlyForAll(at)) {
      at.problem(
          "role", "read-only", "The server is a primary, but new transactions may only read.",
          "Set default_transaction_read_only = off for the server, the database or the user.");
    } else {
      at.ok("role", "primary", "The server is a primary.");
    }
    var encoding = at.setting("server_encoding");
    if (!encoding.equals("UTF8")) {
      at.problem("encoding", encoding, "The database's encoding is %s.".formatted(encoding), "It must be UTF8.");
    }
  }

  /** This session reads only, because it asked to; what others get is told by where the setting comes from. */
  private static boolean readOnlyForAll(Examination at) throws SQLException {
    return at.number("SELECT (reset_val = 'on')::int FROM pg_settings WHERE name = 'default_transaction_read_only'")
        == 1;
  }

  void durability(Examination at) throws SQLException {
    boolean strict = at.config().strict();
    for (var name : List.of("fsync", "full_page_writes", "synchronous_commit")) {
      var value = at.setting(name);
      var figure = name + " = " + value;
      if (!value.equals("off")) {
        at.ok("durability", figure, "%s is %s.".formatted(name, value));
      } else if (name.equals("full_page_writes")) {
        at.warn(
            "durability", figure, "full_page_writes is off: a power cut may tear pages.",
            "Turn it on, unless the file system never tears a page.");
      } else if (name.equals("synchronous_commit") && !strict) {
        at.ok("durability", figure, "synchronous_commit is off, as durability: relaxed allows.");
      } else if (name.equals("synchronous_commit")) {
        at.problem(
            "durability", figure, "synchronous_commit is off: what was acknowledged last can be lost in a power cut.",
            "Turn it on, or say durability: relaxed. A node with durability: strict refuses to start.");
      } else {
        at.problem(
            "durability", figure, "fsync is off: a power cut can destroy the whole database.",
            strict
                ? "Turn it on. A node with durability: strict refuses to start."
                : "Turn it on; durability: relaxed means to lose the last commits, not all.");
      }
    }
  }

  void standbys(Examination at) throws SQLException {
    var names = at.setting("synchronous_standby_names");
    if (names.isBlank()) {
      at.ok(
          "standbys", "0 wanted",
          "No synchronous standby is asked for: what was acknowledged is on one machine's disk.");
      return;
    }
    var numbered = NUMBERED.matcher(names);
    int wanted = numbered.matches() ? Integer.parseInt(numbered.group(1)) : 1;
    long there = at.number("SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')");
    long hidden = at.number("SELECT count(*) FROM pg_stat_replication WHERE sync_state IS NULL");
    var figure = "%d of %d".formatted(there, wanted);
    if (there >= wanted) {
      at.ok("standbys", figure, "%d synchronous standbys are wanted, and %d follow.".formatted(wanted, there));
    } else if (hidden > 0) {
      at.warn(
          "standbys", figure, "%d standbys follow, but this user may not see how.".formatted(hidden),
          "GRANT pg_monitor to the user of `store`.");
    } else {
      at.problem(
          "standbys", figure,
          "%d synchronous standbys are wanted, and %d follow: every commit waits.".formatted(wanted, there),
          "Bring the standby back, or take it out of synchronous_standby_names and accept one copy.");
    }
    if (at.setting("synchronous_commit").matches("local|off")) {
      at.warn(
          "standbys", "synchronous_commit = " + at.setting("synchronous_commit"),
          "Synchronous standbys are named, but commits do not wait for them.",
          "Set synchronous_commit = on for the user of `store`.");
    }
  }

  private record Tls(boolean used, String version, boolean near) {}

  void tls(Examination at) throws SQLException {
    var tls =
        at.one(
            """
            SELECT coalesce(ssl, false), coalesce(version, ''),
              inet_server_addr() IS NULL OR inet_server_addr() <<= inet '127.0.0.0/8' OR inet_server_addr() = inet '::1'
            FROM pg_stat_ssl WHERE pid = pg_backend_pid()\
            """,
            row -> new Tls(row.getBoolean(1), row.getString(2), row.getBoolean(3)));
    if (tls == null) return;
    var mode = at.config().parameters().getOrDefault("sslmode", "prefer");
    if (tls.used && mode.equals("verify-full")) {
      at.ok("tls", tls.version, "The connection is %s, and the server proved its name.".formatted(tls.version));
    } else if (tls.near) {
      at.ok("tls", tls.used ? tls.version : "none", "The server is on this machine.");
    } else if (tls.used) {
      at.warn(
          "tls", "sslmode=" + mode, "The connection is %s, but the server did not have to prove its name.".formatted(tls.version),
          "Add sslmode=verify-full (and sslrootcert=…) to the address in `store`.");
    } else {
      at.warn(
          "tls", "none", "The connection crosses the network in the clear.",
          "Turn TLS on in the server, and add sslmode=verify-full to the address in `store`.");
    }
  }

  void clock(Examination at) throws SQLException {
    long before = clock.millis();
    long theirs = at.number("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
    long after = clock.millis();
    // The first question may have cost a preparation; the answer is somewhere within the round trip.
    long skew = theirs < before ? theirs - before : Math.max(0, theirs - after);
    var figure = Amounts.millis(skew);
    if (Math.abs(skew) < SKEW_MILLIS_MAX) {
      at.ok("clock", figure, "This machine's clock and the server's agree.");
      return;
    }
    var text =
        "The server's clock is %s %s this machine's."
            .formatted(Amounts.millis(Math.abs(skew)), skew > 0 ? "ahead of" : "behind");
    var advice =
        "Work is timed by the server's clock alone, so nothing starts early or late; but logs do not line up, and tokens and"
            + " certificates are judged by each node's clock. Synchronise both (NTP).";
    if (Math.abs(skew) < SKEW_MILLIS_BAD) at.warn("clock", figure, text, advice);
    else at.problem("clock", figure, text, advice);
  }

  void connections(Examination at) throws SQLException {
    long max =
        at.number(
            """
            SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
              - coalesce(current_setting('reserved_connections', true), '0')::int\
            """);
    long used = at.number("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
    long ours =
        at.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'raincheck%'");
    var figure = "%d of %d".formatted(used, max);
    var text = "%d of %d connections are taken, %d of them by Raincheck.".formatted(used, max, ours);
    var advice = "Each node takes up to 12. Raise max_connections, or find who keeps the others open.";
    if (used >= CONNECTIONS_PROBLEM * max) at.problem("connections", figure, text, advice);
    else if (used >= CONNECTIONS_WARNING * max) at.warn("connections", figure, text, advice);
    else at.ok("connections", figure, text);
  }

  private record Age(String database, long xids, long multixacts) {
    long worse() {
      return Math.max(xids, multixacts);
    }
  }

  void wraparound(Examination at) throws SQLException {
    var oldest =
        at.one(
            """
            SELECT datname, age(datfrozenxid), mxid_age(datminmxid) FROM pg_database
            ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC LIMIT 1\
            """,
            row -> new Age(row.getString(1), row.getLong(2), row.getLong(3)));
    if (oldest == null) return;
    var figure = Amounts.count(oldest.worse()) + " transactions";
    var text =
        "The oldest transaction id that is not frozen is %s transactions old, in the database %s."
            .formatted(Amounts.count(oldest.worse()), oldest.database);
    var advice =
        "The server refuses all writes at two billion. Find what holds vacuum back (old transactions, slots), then VACUUM"
            + " FREEZE that database.";
    if (oldest.worse() >= AGE_PROBLEM) at.problem("wraparound", figure, text, advice);
    else if (oldest.worse() >= AGE_WARNING) at.warn("wraparound", figure, text, advice);
    else at.ok("wraparound", figure, text);
  }
}
