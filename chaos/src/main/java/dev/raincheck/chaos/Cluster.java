package dev.raincheck.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Nodes on one database, or on a primary and its standby, each behind wires of its own. */
final class Cluster implements AutoCloseable {
  private static final String TYPES =
      """
      drain_seconds: 10
      defaults: {max_attempts: 30, backoff: {first_seconds: 1, max_seconds: 2}, concurrency: 12}
      operations:
        quick: {target: "%1$s"}
        slow: {target: "%1$s"}
        flaky: {target: "%1$s"}
        doomed: {target: "%1$s", max_attempts: 3}
        once: {target: "%1$s", delivery: at_most_once}
      """;

  private final List<Node> nodes = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();
  private final List<Postgres> databases = new ArrayList<>();
  private volatile Postgres primary;

  /** @param versions of the nodes, one for each */
  Cluster(Path folder, Postgres primary, List<Version> versions) throws IOException {
    this.primary = primary;
    databases.add(primary);
    for (int i = 0; i < versions.size(); i++) {
      nodes.add(new Node(i, folder.resolve("node" + i), versions.get(i)));
    }
  }

  /** Before the nodes are configured. */
  void add(Postgres standby) {
    databases.add(standby);
  }

  /** Gives every node a wire to every database, and a configuration that names all of its wires. */
  void configure(String target) throws IOException {
    for (var node : nodes) {
      var own = new ArrayList<Wire>();
      for (var database : databases) own.add(new Wire(database.port()));
      wires.addAll(own);
      var hosts = own.stream().map(wire -> "127.0.0.1:" + wire.port()).collect(Collectors.joining(","));
      node.configure("store: postgresql://postgres@" + hosts + "/postgres\n" + TYPES.formatted(target));
    }
  }

  void start() throws Exception {
    for (var node : nodes) node.start();
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Wire> wires() {
    return wires;
  }

  /** From now on this one is there instead of the primary, at its port. */
  void replacePrimary(Postgres other) {
    databases.add(other);
    primary = other;
  }

  Postgres primary() {
    return primary;
  }

  /** From now on the other one is the primary. */
  void failOverTo(Postgres standby) {
    primary = standby;
  }

  Node any(RandomGenerator dice) {
    return nodes.get(dice.nextInt(nodes.size()));
  }

  IntUnaryOperator nodeAt() {
    return port -> {
      for (var node : nodes) if (node.port() == port) return node.number();
      return -1;
    };
  }

  @Override
  public void close() throws IOException {
    for (var node : nodes) node.close();
    for (var wire : wires) wire.close();
    for (var database : databases) database.close();
  }
}
