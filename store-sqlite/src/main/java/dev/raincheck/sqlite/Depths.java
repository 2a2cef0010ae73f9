package dev.raincheck.sqlite;

import dev.raincheck.ledger.Phase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many operations there are in each state, by type and queue. Counted by every commit and
 * written with it, so that neither a start nor a pick from an empty queue has to look.
 */
final class Depths {
  /** What is counted together. */
  record Group(int state, int type, int queue) {}

  private record Count(Group group, long count) {}

  private static final String ALL = "SELECT state, type, queue, count FROM depth";
  private static final String SAVE =
      """
      INSERT INTO depth (state, type, queue, count) VALUES %s
      ON CONFLICT (state, type, queue) DO UPDATE SET count = excluded.count\
      """;

  private final ManyRows<Count> save;
  private final Map<Group, Long> counts = new HashMap<>();
  private final Map<Group, Long> changes = new HashMap<>();
  private final Map<Integer, Long> ready = new HashMap<>();
  private final Map<Integer, Long> blocked = new HashMap<>();
  private final Map<Integer, Long> running = new HashMap<>();

  Depths(Statements statements) throws SQLException {
    save =
        new ManyRows<>(
            statements,
            SAVE,
            "(?, ?, ?, ?)",
            (statement, at, row) -> {
              statement.setInt(at, row.group.state);
              statement.setInt(at + 1, row.group.type);
              statement.setInt(at + 2, row.group.queue);
              statement.setLong(at + 3, row.count);
              return at + 4;
            });
    try (var rows = statements.of(ALL).executeQuery()) {
      while (rows.next())
        count(new Group(rows.getInt(1), rows.getInt(2), rows.getInt(3)), rows.getLong(4));
    }
  }

  void add(Group group, long change) {
    changes.merge(group, change, Long::sum);
  }

  void save() throws SQLException {
    if (changes.isEmpty()) return;
    var rows = new ArrayList<Count>(changes.size());
    changes.forEach(
        (group, change) -> {
          if (change != 0) rows.add(new Count(group, Math.max(0, of(group) + change)));
        });
    save.run(rows);
  }

  void committed() {
    changes.forEach((group, change) -> count(group, change));
    changes.clear();
  }

  void rolledBack() {
    changes.clear();
  }

  /** How many may be picked from a queue, as of the last commit. */
  long ready(int queue) {
    return ready.getOrDefault(queue, 0L);
  }

  /** How many wait behind others of their lane, as of the last commit. */
  long blocked(int queue) {
    return blocked.getOrDefault(queue, 0L);
  }

  /** How many attempts are under way in a queue, as of the last commit. */
  long running(int queue) {
    return running.getOrDefault(queue, 0L);
  }

  /** How many rows this version cannot read. */
  long aside() {
    long sum = 0;
    for (var group : List.copyOf(counts.keySet())) if (group.state == Phase.ASIDE) sum += of(group);
    return sum;
  }

  private long of(Group group) {
    return counts.getOrDefault(group, 0L);
  }

  private void count(Group group, long change) {
    counts.merge(group, change, Long::sum);
    if (group.state == Phase.READY) ready.merge(group.queue, change, Long::sum);
    if (group.state == Phase.BLOCKED) blocked.merge(group.queue, change, Long::sum);
    if (group.state == Phase.RUNNING || group.state == Phase.CANCELING) {
      running.merge(group.queue, change, Long::sum);
    }
  }
}
