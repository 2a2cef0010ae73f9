package dev.raincheck.chaos;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** One run: a cluster under load, what goes wrong, quiet, and the verdict. */
final class Run {
  private static final int NODES = 3;

  private final Settings settings;
  private final PrintStream out;
  private final Path folder;
  private final History history = new History();

  private Run(Settings settings, PrintStream out, Path folder) {
    this.settings = settings;
    this.out = out;
    this.folder = folder;
  }

  /** Whether everything held that must hold. What was seen, and every server's log, is kept if not. */
  static boolean of(Settings settings, PrintStream out) throws Exception {
    out.println("chaos: " + settings);
    var folder = Files.createTempDirectory("raincheck-chaos-");
    var run = new Run(settings, out, folder);
    boolean held = false;
    try {
      held = run.held();
    } catch (StuckException stuck) {
      out.println("  BROKEN  " + stuck.getMessage());
    } finally {
      for (var fault : run.history.of(Seen.Fault.class)) out.println("  " + run.told(fault));
      if (held) delete(folder);
      else run.keep();
    }
    return held;
  }

  private boolean held() throws Exception {
    var programs =
        settings.postgres().isPresent()
            ? new Programs(settings.postgres().get())
            : Programs.unpack(Files.createDirectory(folder.resolve("programs")));
    var primary = Postgres.create(programs, folder.resolve("primary"));
    var profile = Profile.of(settings, folder);
    try (var cluster = new Cluster(folder, primary, profile.versions(NODES));
        var target = new Target(history, cluster.nodeAt())) {
      primary.start();
      profile.prepare(cluster);
      cluster.configure(target.url());
      cluster.start();
      return judged(cluster, profile);
    }
  }

  private boolean judged(Cluster cluster, Profile profile) throws Exception {
    var dice = settings.dice();
    try (var load = Load.start(cluster, history, dice.nextLong());
        var _ = Supervisor.over(cluster, history)) {
      profile.run(cluster, history, dice, load);
      load.stopAsking();
      var inspector = new Inspector(cluster, history);
      inspector.awaitQuiet();
      var evidence = inspector.evidence();
      load.awaitTold(evidence.end());
      var report = profile.judge().judge(evidence);
      report.lines().forEach(out::println);
      return report.violations() == 0;
    }
  }

  private String told(Seen.Fault fault) {
    long first = history.of(Seen.class).getFirst().began();
    return "%7.1f s %-16s %s %s".formatted((fault.began() - first) / 1e9, fault.kind(), fault.node() < 0 ? "" : "node " + fault.node(), fault.detail());
  }

  private void keep() throws Exception {
    history.dump(folder.resolve("history.txt"));
    out.println("  what was seen, and what the servers logged: " + folder);
  }

  private static void delete(Path folder) throws Exception {
    List<Path> all;
    try (var files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (var file : all) Files.deleteIfExists(file);
  }

  /** What is special about a run. */
  interface Profile {
    /** Of the nodes, one for each. */
    default List<Version> versions(int nodes) throws Exception {
      return Collections.nCopies(nodes, Version.ofThisBuild());
    }

    /** Before the nodes are configured and started. */
    default void prepare(Cluster cluster) throws Exception {}

    /** What happens while the load goes on; all is put right when it returns. */
    void run(Cluster cluster, History history, SplittableRandom dice, Load load) throws Exception;

    Judge judge();

    static Profile of(Settings settings, Path folder) throws Exception {
      return switch (settings.profile()) {
        case FAULTS -> new Faults(settings.minutes());
        case STANDBY -> new Standby(folder);
        case RESTORE -> new Restore(folder);
        case PREVIOUS -> new Previous(settings.previous().orElseThrow());
      };
    }
  }

  /** Faults of all kinds. */
  record Faults(long minutes) implements Profile {
    @Override
    public void run(Cluster cluster, History history, SplittableRandom dice, Load load) throws Exception {
      var schedule = new Schedule(cluster, history, dice);
      if (minutes == 0) schedule.shortOne();
      else schedule.longOne(minutes);
    }

    @Override
    public Judge judge() {
      return Judge.ofAll(
          minutes == 0
              ? new Enough(300, 1, 1, 5)
              : new Enough((int) minutes * 500, 10, 5, (int) Math.min(6, minutes + 2)));
    }
  }
}
