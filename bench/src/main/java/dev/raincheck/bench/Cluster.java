package dev.raincheck.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cluster's figures: whole lives on SQLite, on one and on two nodes with PostgreSQL, and of peers on the same server;
 * claims beside a transaction that stays open; and what an idle cluster asks. Each is a process of its own, measured in turn.
 */
final class Cluster {
  private static final List<Integer> CALLERS = List.of(64, 256);
  private static final List<String> PEERS = List.of("db-scheduler", "jobrunr", "dbos");
  private static final int IDLE_NODES = 3;

  /** The share of the highest rate at which starts are timed: with room, so that what is seen is not a queue. */
  private static final double HELD_LOAD = 0.3;

  private static final double SQLITE_BAR = 0.5;
  private static final double PEER_BAR = 2;
  private static final double TWO_BAR = 0.8;
  private static final double HELD_BAR = 5;
  private static final double IDLE_BAR = 60;

  private final Path folder;
  private final Report report;
  private final Size size;

  /**
   * @param rounds the first is on fresh tables, the others on warm ones
   * @param held how long the transaction stays open
   * @param window of each of the two measurements of starts
   */
  record Size(int rounds, Duration warmUp, Duration measured, Duration held, Duration window, Duration idle) {
    static Size full(long minutes) {
      return new Size(
          5, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(minutes), Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    static final Size SHORT =
        new Size(2, Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(20), Duration.ofSeconds(8), Duration.ofSeconds(20));
  }

  Cluster(Path folder, Report report, Size size) {
    this.folder = folder;
    this.report = report;
    this.size = size;
  }

  void run(List<String> parts) throws Exception {
    try (var server = Server.start(folder.resolve("postgres"))) {
      double rate = 0;
      if (parts.isEmpty() || parts.contains("lives")) rate = lives(server);
      if (parts.isEmpty() || parts.contains("idle")) idle(server);
      if (parts.isEmpty() || parts.contains("held")) held(server, rate);
    }
  }

  // ---- whole lives

  /** The JVM of each is new in the first round. */
  private Duration warmUp(int round) {
    return round == 0 ? size.warmUp().multipliedBy(3) : size.warmUp();
  }

  /** One round of one contestant. */
  private interface Measure {
    Lives lives(int callers, int round) throws Exception;
  }

  /** A rate and latencies in milliseconds. */
  private record Lives(double perSecond, double p50, double p99) {
    static Lives of(Figures figures) {
      return new Lives(figures.perSecond(), figures.millis(50), figures.millis(99));
    }

    @Override
    public String toString() {
      return "%,.0f /s, p50 %.1f ms, p99 %.1f ms".formatted(perSecond, p50, p99);
    }
  }

  private record Contest(String name, int callers) {}

  private double lives(Server server) throws Exception {
    var started = new ArrayList<Child>();
    try {
      var measures = new LinkedHashMap<String, Measure>();
      measures.put("SQLite", http(started, List.of("sqlite"), ""));
      measures.put("PostgreSQL, one node", http(started, List.of("one"), server.database("one")));
      measures.put("PostgreSQL, two nodes", http(started, List.of("two-a", "two-b"), server.database("two")));
      for (var peer : PEERS) measures.put(peer, peer(started, server, peer));
      var rounds = new LinkedHashMap<Contest, List<Lives>>();
      for (int round = 0; round < size.rounds(); round++) {
        for (int callers : CALLERS) {
          for (var measure : measures.entrySet()) {
            note("round %d of %d: %s, %d callers".formatted(round + 1, size.rounds(), measure.getKey(), callers));
            var lives = measure.getValue().lives(callers, round);
            note("  " + lives);
            rounds.computeIfAbsent(new Contest(measure.getKey(), callers), _ -> new ArrayList<>()).add(lives);
          }
        }
      }
      for (int callers : CALLERS) tell(rounds, callers);
      note("where the server's time went, on one node");
      server.lines(DEAREST, "one").forEach(line -> note("  " + line));
      return warm(rounds, "PostgreSQL, one node", CALLERS.getFirst()).perSecond();
    } finally {
      for (var child : started) child.close();
    }
  }

  private int node(List<Child> started, String name, String yaml) throws IOException {
    var child = Child.own(NodeProcess.class, folder.resolve(name).toString(), yaml);
    started.add(child);
    return Integer.parseInt(child.heard());
  }

  private Measure http(List<Child> started, List<String> names, String yaml) throws IOException {
    var ports = new ArrayList<Integer>();
    for (var name : names) ports.add(node(started, name, yaml));
    var first = started.getLast();
    return (callers, round) -> {
      var requests = Requests.submits("/v1/operations/bench.life", "Prefer: wait=30\r\n", ports.hashCode() * 31L + callers + 1_000L * round);
      var load = new Load(ports, callers);
      var before = effort(first);
      var lives = Lives.of(load.closed(requests, warmUp(round), size.measured()).all(200));
      note("  " + ledger(before, effort(first), warmUp(round).plus(size.measured())));
      return lives;
    };
  }

  private static long[] effort(Child node) throws IOException {
    return Arrays.stream(node.ask("effort").split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  /** Where the time of a node's ledger went. */
  private static String ledger(long[] before, long[] after, Duration over) {
    double batches = Math.max(1, after[0] - before[0]);
    double busy = after[2] - before[2];
    return "batches of %.0f commands take %.2f ms, %.0f %% of it in the store; the writer is busy for %.0f %% of the time"
        .formatted(
            (after[1] - before[1]) / batches, busy / batches / 1e6, 100 * (after[3] - before[3]) / Math.max(1, busy), 100 * busy / over.toNanos());
  }

  private Measure peer(List<Child> started, Server server, String name) throws IOException, SQLException {
    var database = name.replace("-", "_");
    server.run("CREATE DATABASE " + database);
    var child = Child.peer("Peer", name, server.port(), database);
    started.add(child);
    child.heard();
    return (callers, round) -> {
      var said = child.ask("%d %d %d".formatted(callers, warmUp(round).toMillis(), size.measured().toMillis())).split(" ", -1);
      return new Lives(
          Long.parseLong(said[0]) / (size.measured().toMillis() / 1e3), Long.parseLong(said[1]) / 1e6, Long.parseLong(said[2]) / 1e6);
    };
  }

  private void tell(Map<Contest, List<Lives>> rounds, int callers) {
    var sqlite = warm(rounds, "SQLite", callers);
    var one = warm(rounds, "PostgreSQL, one node", callers);
    var two = warm(rounds, "PostgreSQL, two nodes", callers);
    var best = PEERS.stream().max(Comparator.comparingDouble(peer -> warm(rounds, peer, callers).perSecond())).orElseThrow();
    rounds.forEach(
        (contest, lives) -> {
          if (contest.callers() != callers) return;
          report.figure(
              "%d callers: %s".formatted(callers, contest.name()),
              "%s (fresh tables: %,.0f /s)".formatted(warm(rounds, contest.name(), callers), lives.getFirst().perSecond()));
        });
    report.times("%d callers: one node on PostgreSQL, of SQLite".formatted(callers), one.perSecond() / sqlite.perSecond(), SQLITE_BAR);
    report.times(
        "%d callers: one node on PostgreSQL, of the best peer (%s)".formatted(callers, best),
        one.perSecond() / warm(rounds, best, callers).perSecond(), PEER_BAR);
    report.times("%d callers: two nodes, of one".formatted(callers), two.perSecond() / one.perSecond(), TWO_BAR);
  }

  /** The median of the rounds but the first, each figure for itself. */
  private static Lives warm(Map<Contest, List<Lives>> rounds, String name, int callers) {
    var all = rounds.get(new Contest(name, callers));
    if (all == null) throw new IllegalStateException("nobody measured " + name);
    var warm = all.size() == 1 ? all : all.subList(1, all.size());
    return new Lives(
        median(warm.stream().mapToDouble(Lives::perSecond).toArray()),
        median(warm.stream().mapToDouble(Lives::p50).toArray()),
        median(warm.stream().mapToDouble(Lives::p99).toArray()));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static final String DEAREST =
      """
      SELECT format('%s × %s ms = %s s: %s', calls, round(mean_exec_time::numeric, 3), round((total_exec_time / 1000)::numeric, 1),
        left(regexp_replace(query, '\\s+', ' ', 'g'), 80))
      FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid WHERE d.datname = ? ORDER BY total_exec_time DESC LIMIT 15\
      """;

  // ---- an idle cluster

  private static final String TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = ?";
  private static final String CALLS =
      "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid WHERE d.datname = ?";
  private static final String MOST =
      """
      SELECT calls || ' × ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 90)
      FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid WHERE d.datname = ? ORDER BY calls DESC LIMIT 15\
      """;

  private void idle(Server server) throws Exception {
    var yaml = server.database("idle");
    var started = new ArrayList<Child>();
    try {
      for (int i = 0; i < IDLE_NODES; i++) node(started, "idle-" + i, yaml);
      note("an idle cluster of %d".formatted(IDLE_NODES));
      Thread.sleep(size.idle().toMillis() / 3); // What a start asks once is no question of an idle node.
      server.run("SELECT pg_stat_statements_reset()");
      double before = server.number(TRANSACTIONS, "idle");
      Thread.sleep(size.idle().toMillis());
      double minutes = size.idle().toMillis() / 60_000.0;
      double transactions = (server.number(TRANSACTIONS, "idle") - before) / minutes / IDLE_NODES;
      double calls = server.number(CALLS, "idle") / minutes / IDLE_NODES;
      server.lines(MOST, "idle").forEach(line -> note("  " + line));
      report.below(
          "an idle cluster of three: transactions a minute and node", transactions, IDLE_BAR, "; %.0f statements".formatted(calls));
    } finally {
      for (var child : started) child.close();
    }
  }

  // ---- claims beside a transaction that stays open

  /** In the store's own words: the statement that picks ready operations. */
  private static final String PICKS =
      """
      SELECT coalesce(sum(total_exec_time) / nullif(sum(calls), 0), 0)
      FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
      WHERE d.datname = ? AND query LIKE '%SKIP LOCKED%' AND query LIKE '%state = 3%'\
      """;

  private void held(Server server, double highest) throws Exception {
    var yaml = server.database("held");
    try (var node = Child.own(NodeProcess.class, folder.resolve("held").toString(), yaml)) {
      var load = new Load(List.of(Integer.parseInt(node.heard())), CALLERS.getFirst());
      double rate = highest > 0 ? highest : Lives.of(load.closed(lives(), size.warmUp(), size.measured()).all(200)).perSecond();
      int perSecond = Math.max(20, (int) (HELD_LOAD * rate));
      note("starts at %d a second, without a transaction that stays open".formatted(perSecond));
      starts(load, perSecond, size.window().dividedBy(2)); // warm
      var before = measured(server, node, load, perSecond);
      try (var other = server.connect("held");
          var statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        statement.execute("SELECT pg_current_xact_id(), count(*) FROM raincheck.life");
        note("the same with one, for %d s".formatted(size.held().toSeconds()));
        var rest = size.held().minus(size.window());
        if (rest.isPositive()) starts(load, perSecond, rest);
        var after = measured(server, node, load, perSecond);
        report.below(
            "starts at %d a second: p99 with a transaction held open for %d s, of the one without".formatted(perSecond, size.held().toSeconds()),
            after.p99() / before.p99(), HELD_BAR,
            "; p50 %.1f → %.1f ms, p99 %.1f → %.1f ms; a claim's statement takes %.2f → %.2f ms in the server"
                .formatted(before.p50(), after.p50(), before.p99(), after.p99(), before.pick(), after.pick()));
        other.rollback();
      }
    }
  }

  private record Starts(double p50, double p99, double pick) {}

  private Starts measured(Server server, Child node, Load load, int perSecond) throws Exception {
    node.ask("starts");
    server.run("SELECT pg_stat_statements_reset()");
    starts(load, perSecond, size.window());
    var said = node.ask("starts").split(" ", -1);
    return new Starts(Long.parseLong(said[1]) / 1e6, Long.parseLong(said[2]) / 1e6, server.number(PICKS, "held"));
  }

  private static void starts(Load load, int perSecond, Duration lasting) throws IOException {
    load.open(Requests.stamped("/v1/operations/bench.claimed"), perSecond, lasting).all(202);
  }

  private static Requests lives() {
    return Requests.submits("/v1/operations/bench.life", "Prefer: wait=30\r\n", 4_711);
  }

  private static void note(String what) {
    System.err.println("bench: " + what);
  }
}
