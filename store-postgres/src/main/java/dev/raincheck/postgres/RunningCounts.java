package dev.raincheck.postgres;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What runs in the queues that have a limit in the cluster. Who claims there holds the queue's row and adds to the
 * journal of starts, so whoever holds it next needs to look at what ran when it looked last and at what the journal
 * has since: counting all that runs would go through everything that ran while any old snapshot stays open. Used by
 * the ledger's thread alone.
 */
final class RunningCounts {
  /** Counted anew so often, for attempts that a node without the limit has started. */
  private static final long WHOLE_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final String ADD = "INSERT INTO queue (name) SELECT unnest(?) ON CONFLICT DO NOTHING";

  /** Never waits: a queue that another node holds is left to it. */
  static final String LOCK = "SELECT name FROM queue WHERE name = ANY (?) ORDER BY name FOR UPDATE SKIP LOCKED";

  private static final String STARTED =
      "unnest(?::text[], ?::bigint[]) AS seen (queue, n) JOIN started AS s ON s.queue = seen.queue AND s.n > seen.n";

  /** As all that follow, a statement of its own: its snapshot must be newer than the lock. */
  static final String SINCE = "SELECT s.queue, min(s.n), max(s.n) FROM " + STARTED + " GROUP BY s.queue";

  /** Only an attempt under way has an owner. */
  static final String STILL =
      """
      SELECT queue, id FROM life WHERE owner IS NOT NULL AND id = ANY (ARRAY (
        SELECT unnest(?::bytea[]) UNION ALL SELECT unnest(s.operations) FROM %s))\
      """
          .formatted(STARTED);

  static final String ALL = "SELECT queue, id FROM life WHERE state < 7 AND state IN (4, 6) AND queue = ANY (?)";
  static final String LAST =
      "SELECT name, (SELECT max(n) FROM started WHERE queue = name) FROM unnest(?::text[]) AS wanted (name)";

  static final String START =
      """
      INSERT INTO started (queue, n, at, operations)
      VALUES (?, (SELECT coalesce(max(n), 0) + 1 FROM started WHERE queue = ?), ?, ?)\
      """;

  /** Each queue keeps its last entry, so that a gap is seen for what it is. */
  static final String FORGET =
      """
      DELETE FROM started WHERE (queue, n) IN (
        SELECT old.queue, old.n FROM started AS old
        WHERE old.at < ? AND EXISTS (SELECT 1 FROM started AS newer WHERE newer.queue = old.queue AND newer.n > old.n)
        ORDER BY old.queue, old.n LIMIT ? FOR UPDATE SKIP LOCKED)\
      """;

  /** @param last the journal's number up to which it is known */
  private record Seen(Set<OperationId> running, long last, long wholeAt) {}

  private final LongSupplier nanos;
  private final Set<String> added = new HashSet<>();
  private final Map<String, Seen> seen = new HashMap<>();

  RunningCounts(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** What makes those rows that may be absent, in a transaction of its own: to wait for is only another one like it. */
  Message add(Collection<String> queues) {
    var unknown = queues.stream().filter(queue -> !added.contains(queue)).toArray(String[]::new);
    return unknown.length == 0 ? new Message() : new Message().add(ADD, (Object) unknown).add("COMMIT");
  }

  /** One look, in one transaction. */
  final class Look {
    private final String[] queues;
    private final Set<String> held = new HashSet<>();
    private final Map<String, Set<OperationId>> running = new HashMap<>();
    private final Map<String, Long> last = new HashMap<>();
    private final Set<String> gaps = new HashSet<>();

    Look(Collection<String> queues) {
      this.queues = queues.toArray(String[]::new);
    }

    /** Tries the locks, and then looks at what is new. */
    void ask(Message message) {
      if (queues.length == 0) return;
      message.ask(LOCK, row -> held.add(row.getString(1)), (Object) queues);
      var known = new ArrayList<String>();
      var numbers = new ArrayList<Long>();
      var ids = new ArrayList<OperationId>();
      long now = nanos.getAsLong();
      for (var queue : queues) {
        var before = seen.get(queue);
        if (before == null || now - before.wholeAt >= WHOLE_EVERY_NANOS) continue;
        known.add(queue);
        numbers.add(before.last);
        ids.addAll(before.running);
        last.put(queue, before.last);
      }
      if (known.isEmpty()) return;
      var names = known.toArray(String[]::new);
      var from = numbers.toArray(Long[]::new);
      message.ask(SINCE, this::since, names, from).ask(STILL, this::runs, PackedKey.of(ids), names, from);
    }

    private void since(ResultSet row) throws SQLException {
      var queue = row.getString(1);
      if (last.getOrDefault(queue, 0L) + 1 != row.getLong(2)) gaps.add(queue);
      last.put(queue, row.getLong(3));
    }

    private void runs(ResultSet row) throws SQLException {
      running.computeIfAbsent(row.getString(1), _ -> new HashSet<>()).add(PackedKey.id(row.getBytes(2)));
    }

    /** What counts those queues anew that are held and not known well enough; mostly nothing. */
    Message again() {
      var unknown = held.stream().filter(queue -> !last.containsKey(queue) || gaps.contains(queue)).sorted().toList();
      if (unknown.isEmpty()) return new Message();
      unknown.forEach(
          queue -> {
            running.remove(queue);
            seen.remove(queue);
          });
      Object names = unknown.toArray(String[]::new);
      return new Message()
          .ask(LAST, row -> last.put(row.getString(1), row.getLong(2)), names)
          .ask(ALL, this::runs, names);
    }

    /** How many run in each queue that is held. */
    Map<String, Integer> counts() {
      var counts = new HashMap<String, Integer>();
      long now = nanos.getAsLong();
      for (var queue : held) {
        var ids = running.getOrDefault(queue, Set.of());
        var before = seen.get(queue);
        seen.put(queue, new Seen(ids, last.getOrDefault(queue, 0L), before == null ? now : before.wholeAt));
        counts.put(queue, ids.size());
      }
      added.addAll(held);
      return counts;
    }
  }

  /** Another server may know less: one that took over from a primary that it had not followed to the end. */
  void forget() {
    added.clear();
    seen.clear();
  }

  /** Adds to the journal of a queue that is held. */
  static void started(Message message, String queue, long at, List<OperationId> operations) {
    message.add(START, queue, queue, at, PackedKey.of(operations));
  }
}
