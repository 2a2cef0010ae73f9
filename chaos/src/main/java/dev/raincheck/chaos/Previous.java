package dev.raincheck.chaos;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An upgrade under load: nodes of an earlier version are replaced by this one's, one after the other. The
 * first new node migrates the tables while old ones work on them.
 */
final class Previous implements Run.Profile {
  private static final int REPORT_SECONDS = 30;

  private final Version earlier;

  Previous(Path jars) throws Exception {
    earlier = Version.in(jars);
  }

  @Override
  public List<Version> versions(int nodes) {
    return Collections.nCopies(nodes, earlier);
  }

  @Override
  public void run(Cluster cluster, History history, SplittableRandom dice, Load load) throws Exception {
    for (var node : cluster.nodes()) {
      // Somebody's report reads the tables all the while: who changes them must not make everybody wait for it.
      new DatabaseFaults(cluster, history, dice).beginOldTransactions(REPORT_SECONDS);
      Shell.rest(8_000);
      long began = System.nanoTime();
      node.version(Version.ofThisBuild());
      node.drain();
      node.start();
      history.add(new Seen.Fault(began, System.nanoTime(), node.number(), "UPGRADE", false, "by a drain and a start"));
    }
    Shell.rest(8_000);
  }

  @Override
  public Judge judge() {
    return Judge.ofAll(new Enough(300, 0, 0, 1));
  }
}
