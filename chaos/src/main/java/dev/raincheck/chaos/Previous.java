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
    var faults = new NodeFaults(cluster, history, dice);
    for (var node : cluster.nodes()) {
      Shell.rest(8_000);
      node.version(Version.ofThisBuild());
      faults.drain(node);
    }
    Shell.rest(8_000);
  }

  @Override
  public Judge judge() {
    return Judge.ofAll(new Enough(300, 0, 0, 1));
  }
}
