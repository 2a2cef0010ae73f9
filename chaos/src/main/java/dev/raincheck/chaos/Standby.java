package dev.raincheck.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A synchronous standby: the primary is killed as if its machine were gone, the standby is promoted, and the
 * nodes find it by themselves. Nothing that was acknowledged may be lost.
 */
final class Standby implements Run.Profile {
  private static final String NAME = "second";

  private final Path folder;
  private @Nullable Postgres standby;

  Standby(Path folder) {
    this.folder = folder;
  }

  @Override
  public void prepare(Cluster cluster) throws Exception {
    var primary = cluster.primary();
    var copy = folder.resolve("standby");
    Copy.of(primary, copy);
    Files.createFile(copy.resolve("standby.signal"));
    var second =
        Postgres.in(primary.programs(), copy, Ports.free())
            .with("primary_conninfo", "host=127.0.0.1 port=%d user=postgres application_name=%s".formatted(primary.port(), NAME));
    second.start();
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = '" + NAME + "'");
    primary.execute("SELECT pg_reload_conf()");
    while (!"sync".equals(primary.ask("SELECT sync_state FROM pg_stat_replication"))) Shell.rest(100);
    cluster.add(second);
    standby = second;
  }

  @Override
  public void run(Cluster cluster, History history, SplittableRandom dice, Load load) throws Exception {
    var second = standby;
    if (second == null) throw new IllegalStateException("not prepared");
    Shell.rest(dice.nextInt(8_000, 12_000));
    long began = System.nanoTime();
    cluster.primary().kill();
    Shell.rest(dice.nextInt(500, 9_000)); // Somebody has to notice.
    second.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
    second.execute("SELECT pg_promote()");
    cluster.failOverTo(second);
    long took = (System.nanoTime() - began) / 1_000_000;
    Shell.rest(20_000);
    history.add(new Seen.Fault(began, System.nanoTime(), -1, Availability.FAIL_OVER, false, "promoted after " + took + " ms"));
  }

  @Override
  public Judge judge() {
    return Judge.ofAll(new Enough(300, 0, 0, 1));
  }
}
