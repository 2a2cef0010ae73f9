package dev.raincheck.bench;

import dev.raincheck.operation.OperationType;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.server.config.LogConfig;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.log.Logging;
import dev.raincheck.server.serve.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * {@code raincheck bench}: everything that the report claims, in one run. Rates are ratios to the limit L,
 * interleaved with it, medians of several rounds: the machine is shared, and the generator runs on it.
 * {@code --short} looks whether all of it works; {@code rates}, {@code latencies}, {@code backlog},
 * {@code start}, {@code bodies} and {@code streams} are parts to run alone; {@code cluster} is another benchmark, beside peers
 * on PostgreSQL.
 */
public final class Bench {
  private static final int CONNECTIONS = 64;
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  private final Report report = new Report();
  private final Path folder;
  private final Size size;

  /**
   * @param rounds of the rates
   * @param measured of each round
   * @param backlog how many operations wait in the test of that name
   * @param bodyMegabytes of the long body
   * @param streams how many are open in the test of that name; both processes need as many open files
   */
  private record Size(int rounds, Duration measured, int backlog, int bodyMegabytes, int streams) {
    static final Size FULL = new Size(5, Duration.ofSeconds(6), 1_000_000, 1_000, 10_000);
    static final Size SHORT = new Size(1, Duration.ofSeconds(2), 20_000, 100, 500);
  }

  private Bench(Path folder, Size size) {
    this.folder = folder;
    this.size = size;
  }

  public static void main(String[] args) throws Exception {
    Logging.configure(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.ERROR), System.err);
    boolean brief = List.of(args).contains("--short");
    var folder = Files.createTempDirectory("raincheck-bench");
    try {
      var bench = new Bench(folder, brief ? Size.SHORT : Size.FULL);
      var parts = List.of(args).stream().filter(arg -> !arg.startsWith("--")).toList();
      if (parts.contains("cluster")) {
        var size = brief ? Cluster.Size.SHORT : Cluster.Size.full(minutes(args));
        new Cluster(folder, bench.report, size).run(parts.subList(1, parts.size()));
      }
      if (parts.isEmpty() || parts.contains("rates")) bench.rates();
      if (parts.isEmpty() || parts.contains("latencies")) bench.latencies();
      if (parts.isEmpty() || parts.contains("backlog")) bench.backlog();
      if (parts.isEmpty() || parts.contains("start")) bench.start();
      if (parts.isEmpty() || parts.contains("streams")) bench.streams();
      if (parts.isEmpty() || parts.contains("bodies")) bench.bodies();
      bench.report.print(System.out);
    } finally {
      delete(folder);
    }
    System.exit(0); // Threads of what was measured may linger.
  }

  /** {@code --minutes=N}: how long a transaction is held open in the cluster's part. */
  private static long minutes(String[] args) {
    for (var arg : args) if (arg.startsWith("--minutes=")) return Math.clamp(Long.parseLong(arg.substring(10)), 1, 600);
    return 10;
  }

  private void rates() throws IOException {
    var limit = new ArrayList<Figures>();
    var accept = new ArrayList<Figures>();
    var life = new ArrayList<Figures>();
    var brief = new ArrayList<Figures>();
    try (var empty = Limit.start();
        var node = node("rates", new Types().all())) {
      int port = node.publicUrl().getPort();
      for (int round = 0; round < size.rounds(); round++) {
        note("rates, round " + (round + 1) + " of " + size.rounds());
        limit.add(closed(empty.port("main"), "bench.life", "", round).all(202));
        accept.add(closed(port, "bench.queued", "", round).all(202));
        life.add(closed(port, "bench.life", "Prefer: wait=30\r\n", round).all(200));
        brief.add(closed(port, "bench.brief", "Prefer: wait=30\r\n", round).all(200));
      }
    }
    double l = median(limit, Figures::perSecond);
    report.rate("L: empty POST → 202", limit, l, 0);
    report.rate("durable 202 with a distinct key", accept, l, 0.25);
    report.rate("full life, result to the waiting client", life, l, 0.15);
    report.rate("full life, retention deletes as fast", brief, l, 0.11);
  }

  private Figures closed(int port, String type, String headers, int round) throws IOException {
    var requests = Requests.submits("/v1/operations/" + type, headers, type.hashCode() * 31L + round);
    return new Load(port, CONNECTIONS).closed(requests, WARM_UP, size.measured());
  }

  private void latencies() throws Exception {
    var types = new Types();
    try (var node = node("latencies", types.all())) {
      int port = node.publicUrl().getPort();
      note("idle: from a submit to its start");
      var spread = size.measured().multipliedBy(3);
      new Load(port, 8).open(Requests.stamped("/v1/operations/bench.start"), 50, size.measured());
      types.starts().reset();
      new Load(port, 8).open(Requests.stamped("/v1/operations/bench.start"), 50, spread).all(202);
      report.latency("idle: submit to handler start", types.starts().getValueAtPercentile(99) / 1e6, 10);

      note("all slots busy computing");
      for (int i = 0; i < 8; i++) new Load(port, 1).open(Requests.submits("/v1/operations/bench.busy", "", i), 1, Duration.ofSeconds(1));
      var accept =
          new Load(port, 16).open(Requests.submits("/v1/operations/bench.queued", "", 7), 100, spread).all(202);
      report.latency("slots computing: accept", accept.millis(99), 100);
      var poll = new Load(port, 16).open(Requests.gets("/v1/operations?limit=1"), 100, spread).all(200);
      report.latency("slots computing: poll", poll.millis(99), 100);
      node.drain(Duration.ZERO);
    }
  }

  private void backlog() throws Exception {
    note("a backlog of " + size.backlog());
    double few = drained("few", Math.max(10_000, size.backlog() / 10));
    double many = drained("many", size.backlog());
    report.ratio("claims with a backlog of %,d".formatted(size.backlog()), many, few, 0.9);
  }

  /** How many a second are finished from a queue that holds so many. */
  private double drained(String name, int count) throws Exception {
    try (var node = node(name, List.of(Backlog.waiting()))) {
      Backlog.fill(node, count);
    }
    var counter = new Backlog.Counter();
    try (var _ = node(name, List.of(counter.type()))) {
      return counter.perSecond(Math.min(count / 2, 100_000));
    }
  }

  private void start() throws Exception {
    note("start");
    report.start("ready after start, empty", Start.measure(folder.resolve("empty")), 1_500, 150);
    report.start("ready after start, with the backlog", Start.measure(folder.resolve("many")), 1_500, 0);
  }

  private void bodies() throws Exception {
    long megabytes = size.bodyMegabytes();
    note("a body of " + megabytes + " MB");
    report.bodies(
        "a body of %,d MB".formatted(megabytes), BigBodies.measure(folder.resolve("bodies"), megabytes * 1_000_000), 64);
  }

  private void streams() throws Exception {
    note("streams: %,d".formatted(size.streams()));
    var read = Streams.measure(folder.resolve("streams"), size.streams(), 0);
    report.streams("100 events a second to random streams", size.streams(), read, 250, 50);
    int stuck = size.streams() / 10;
    note("streams: %,d, and %,d that nobody reads".formatted(size.streams(), stuck));
    var beside = Streams.measure(folder.resolve("stuck"), size.streams(), stuck);
    report.streams("the same beside %,d of everything that nobody reads".formatted(stuck), size.streams(), beside, 250, 50);
  }

  private Node node(String name, Collection<OperationType> types) throws IOException {
    return Node.start(config(folder.resolve(name)), types, broken -> System.exit(1));
  }

  static ServerConfig config(Path folder) throws IOException {
    return config(folder, "");
  }

  /** @param more what the configuration says besides */
  static ServerConfig config(Path folder, String more) throws IOException {
    Files.createDirectories(folder);
    var file = folder.resolve("raincheck.yaml");
    Files.writeString(file, "listen: 127.0.0.1:0\nadmin_listen: \"off\"\nwaits_per_key: 10000\ndrain_seconds: 1\n" + more);
    return switch (ConfigFile.read(file, name -> null)) {
      case Loaded.Valid(var config) -> config;
      case Loaded.Invalid(var errors) -> throw new IllegalStateException(errors.toString());
    };
  }

  static double median(List<Figures> rounds, ToDoubleFunction<Figures> of) {
    var sorted = rounds.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static void note(String what) {
    System.err.println("bench: " + what);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
