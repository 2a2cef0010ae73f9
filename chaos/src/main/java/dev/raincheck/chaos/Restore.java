package dev.raincheck.chaos;

import java.nio.file.Path;
import java.util.SplittableRandom;

/** A backup under load. */
final class Restore implements Run.Profile {
  private final Path folder;

  Restore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void run(Cluster cluster, History history, SplittableRandom dice, Load load) throws Exception {
    Shell.rest(8_000);
    Copy.of(cluster.primary(), folder.resolve("backup"));
    Shell.rest(8_000);
  }

  @Override
  public Enough enough() {
    return new Enough(300, 0, 0, 0);
  }
}
