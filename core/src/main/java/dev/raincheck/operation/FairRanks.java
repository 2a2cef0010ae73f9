package dev.raincheck.operation;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Ranks;
import dev.raincheck.ledger.State;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Start-time fair queuing over tenants: each queue has a virtual time, and a tenant's next operation comes
 * one after its last one or now, whichever is later. So a tenant that floods a queue waits behind itself.
 * A hint in memory: two nodes that disagree cost a little fairness, never correctness.
 */
final class FairRanks implements Ranks, Commit.Listener {
  /** Past this many tenants in a queue, those that are not ahead of its time are forgotten. */
  private static final int TENANTS_MAX = 10_000;

  /** A process gives fewer ranks in a millisecond than this many bits can count. */
  private static final int RANKS_PER_MILLI_BITS = 10;

  /** Later than any rank that an earlier process gave, so that new work does not overtake old. */
  private final long origin;

  private final Map<String, Line> lines = new HashMap<>();

  FairRanks(InstantSource clock) {
    origin = clock.millis() << RANKS_PER_MILLI_BITS;
  }

  @Override
  public synchronized long next(String queue, int tenant) {
    return lines.computeIfAbsent(queue, _ -> new Line(origin)).next(tenant);
  }

  /** What starts moves its queue's time on. */
  @Override
  public synchronized void committed(Commit commit) {
    for (var change : commit.changes()) {
      var after = change.after();
      if (!(after.state() instanceof State.Running)) continue;
      var line = lines.get(after.submission().queue());
      if (line != null) line.started(after.rank());
    }
  }

  private static final class Line {
    private final Map<Integer, Long> last = new HashMap<>();
    private long now;

    private Line(long origin) {
      now = origin;
    }

    long next(int tenant) {
      if (last.size() > TENANTS_MAX) last.values().removeIf(rank -> rank <= now);
      long rank = Math.max(now, last.getOrDefault(tenant, 0L) + 1);
      last.put(tenant, rank);
      return rank;
    }

    void started(long rank) {
      now = Math.max(now, rank);
    }
  }
}
