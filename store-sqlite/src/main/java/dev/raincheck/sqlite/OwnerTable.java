package dev.raincheck.sqlite;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The writer's statements about sessions: a few rows, each changed every few seconds. */
final class OwnerTable {
  private static final String FIND = "SELECT lease_until FROM owner WHERE id = ?";
  private static final String SAVE = "REPLACE INTO owner (id, lease_until) VALUES (?, ?)";
  private static final String DELETE = "DELETE FROM owner WHERE id = ?";
  private static final String DELETE_ALL = "DELETE FROM owner";

  private final Statements statements;

  OwnerTable(Statements statements) {
    this.statements = statements;
  }

  /** The sessions of a process that is gone: nobody else can have been at this file. */
  void deleteAll() throws SQLException {
    statements.run(DELETE_ALL);
  }

  Optional<Row.Owner> find(Key.Owner key) throws SQLException {
    var find = statements.of(FIND);
    find.setLong(1, key.id());
    try (var rows = find.executeQuery()) {
      return rows.next()
          ? Optional.of(new Row.Owner(key, Instant.ofEpochMilli(rows.getLong(1))))
          : Optional.empty();
    }
  }

  void save(List<Row.Owner> owners) throws SQLException {
    for (var owner : owners) {
      var save = statements.of(SAVE);
      save.setLong(1, owner.key().id());
      save.setLong(2, owner.leaseUntil().toEpochMilli());
      save.executeUpdate();
    }
  }

  void delete(List<Key.Owner> keys) throws SQLException {
    for (var key : keys) {
      var delete = statements.of(DELETE);
      delete.setLong(1, key.id());
      delete.executeUpdate();
    }
  }
}
