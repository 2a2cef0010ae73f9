package dev.raincheck.chaos;

/** Starts nodes again that have ended by themselves, or could not start without the database. */
final class Supervisor implements AutoCloseable {
  private static final int EVERY_MILLIS = 500;

  private final Cluster cluster;
  private final History history;
  private final Thread thread;

  private Supervisor(Cluster cluster, History history) {
    this.cluster = cluster;
    this.history = history;
    thread = Thread.ofPlatform().name("supervisor").unstarted(this::run);
  }

  static Supervisor over(Cluster cluster, History history) {
    var supervisor = new Supervisor(cluster, history);
    supervisor.thread.start();
    return supervisor;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        for (var node : cluster.nodes()) if (node.isWanted() && !node.isAlive()) revive(node);
        Shell.rest(EVERY_MILLIS);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private void revive(Node node) throws InterruptedException {
    long began = System.nanoTime();
    int code = node.exitCode();
    String detail = "exit code " + code;
    try {
      node.start();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      detail += ", and it did not start: " + e.getMessage();
    }
    history.add(new Seen.Fault(began, System.nanoTime(), node.number(), "end", true, detail));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
