package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.SplittableRandom;

/**
 * A backup under load; later the database is gone, and the backup takes its place while followers know offsets
 * that it never had. What was accepted before the backup is there, and no offset is used for something else.
 */
final class Restore implements Run.Profile, Check {
  /** As docs/operations.md tells operators: the log goes on far beyond whatever anybody may have been told. */
  private static final String LEAP =
      """
      INSERT INTO raincheck.segment (position, stream, first, count, node, batch, at, entries)
      SELECT position + 1000000000, stream, first + 1000000000, count, node, batch,
        floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, entries
      FROM (SELECT DISTINCT ON (stream) * FROM raincheck.segment ORDER BY stream, first DESC) AS last\
      """;

  private static final long LEAP_LENGTH = 1_000_000_000;

  private final Path folder;
  private volatile long backedUp;
  private volatile long restored;

  Restore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void run(Cluster cluster, History history, SplittableRandom dice, Load load) throws Exception {
    Shell.rest(8_000);
    backedUp = System.nanoTime();
    var backup = folder.resolve("backup");
    Copy.of(cluster.primary(), backup);
    Shell.rest(8_000);
    for (var node : cluster.nodes()) node.kill();
    var lost = cluster.primary();
    lost.kill();
    var again = Postgres.in(lost.programs(), backup, lost.port());
    again.start();
    again.execute(LEAP);
    cluster.replacePrimary(again);
    restored = System.nanoTime();
    for (var node : cluster.nodes()) node.start();
    Shell.rest(10_000);
  }

  @Override
  public Judge judge() {
    return Judge.of("what was backed up is there, and no offset is used again", this);
  }

  @Override
  public void look(Evidence evidence, Verdict verdict) {
    int before = 0;
    int between = 0;
    int after = 0;
    for (var submit : evidence.history().of(Seen.Submit.class)) {
      if (!(submit.answer() instanceof Answer.Accepted(Document document))) continue;
      boolean backed = submit.ended() < backedUp;
      boolean later = submit.began() > restored;
      if (backed) before++;
      else if (later) after++;
      else between++;
      if (!backed && !later) continue;
      for (var list : evidence.lists()) {
        verdict.require(list.containsKey(document.id()), "lost: %s", submit);
      }
    }
    evidence.operations().values().forEach(one -> verdict.require(one.getFirst().done(), "not done: %s", one));
    verdict.require(before >= 100 && between >= 50 && after >= 50, "vacuous: %d, %d, %d", before, between, after);
    verdict.note("accepted before the backup %,d, between %,d, after the restore %,d", before, between, after);
    offsets(evidence, verdict);
  }

  private void offsets(Evidence evidence, Verdict verdict) {
    var told = new HashMap<Long, String>();
    var resynced = new ArrayList<Integer>();
    long highest = 0;
    for (var one : evidence.history().of(Seen.Told.class)) {
      var event = one.event();
      if (event.type().equals("snapshot")) {
        resynced.add(one.follower());
        continue;
      }
      if (one.began() < restored) highest = Math.max(highest, event.offset());
      told.putIfAbsent(event.offset(), event.id());
      verdict.require(event.id().equals(told.get(event.offset())), "offset %d is %s, too", event.offset(), event.id());
      verdict.require(
          one.began() < restored || event.offset() <= highest || event.offset() > LEAP_LENGTH,
          "a new event at an offset that may have been used: %s", one);
    }
    verdict.require(!resynced.isEmpty(), "no follower was told that it has missed something");
    verdict.note("highest offset before %,d; told to begin anew: followers %s", highest, resynced);
  }
}
