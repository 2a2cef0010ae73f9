package dev.raincheck.sqlite;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Row;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A store that a test has opened, and short words for what tests do with it. */
final class Opened implements AutoCloseable {
  final SqliteStore store;
  private long batches = System.nanoTime();

  private Opened(SqliteStore store) {
    this.store = store;
  }

  static SqliteConfig config(Path directory) {
    return SqliteConfig.at(directory.resolve("test.db")).withReserveBytes(0);
  }

  static Opened at(SqliteConfig config) {
    var clock = new ManualClock(AnOperation.EPOCH);
    return new Opened(SqliteStore.open(config, clock, () -> SqliteStoreContractTest.nanos(clock)));
  }

  static Opened in(Path directory) {
    return at(config(directory));
  }

  Committed save(Row... rows) {
    return commit(List.of(rows), List.of());
  }

  Committed commit(List<? extends Row> saved, List<Key> removed) {
    var keys = new TreeSet<Key>(Key.ORDER);
    for (var row : saved) keys.add(key(row));
    keys.addAll(removed);
    try (var tx = store.begin()) {
      var found = tx.lock(new LockPlan(keys, Map.of())).rows();
      tx.now();
      Set<Key> fresh = new HashSet<>();
      var entries = new ArrayList<Entry>();
      for (var row : saved) {
        if (!found.containsKey(key(row))) fresh.add(key(row));
        if (row instanceof Operation one)
          entries.add(new Entry("1:operations", one.id(), 1, "operation.queued"));
      }
      return tx.commit(new Batch(7, ++batches, List.copyOf(saved), fresh, removed, entries));
    }
  }

  private static Key key(Row row) {
    return switch (row) {
      case Operation operation -> operation.id();
      case Row.Tombstone tombstone -> tombstone.id();
      case Row.Owner owner -> owner.key();
      case Row.Doc doc -> doc.key();
      case Row.Idem idem -> idem.key();
      case Row.Lane lane -> lane.key();
      case Row.Chunk chunk -> chunk.operation();
      case Row.HandedOver handed -> handed.key();
      case Row.Completion completion -> completion.key();
    };
  }

  List<OperationId> pick(String queue, int atMost) {
    try (var tx = store.begin()) {
      return tx.pick(queue, atMost).stream().map(Operation::id).toList();
    }
  }

  /** Another program's hand in the file; only while no store has it open. */
  static void edit(SqliteConfig config, String sql) throws SQLException {
    try (var connection = connect(config);
        var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  static Connection connect(SqliteConfig config) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + config.path());
  }

  @Override
  public void close() {
    store.close();
  }
}
