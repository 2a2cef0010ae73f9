package dev.raincheck.sqlite;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Documents of configuration, for the writer and for readers. Seldom changed, so one by one. */
final class DocumentTable {
  private static final String FIND =
      "SELECT version, body FROM document WHERE kind = ? AND tenant = ? AND id = ?";
  private static final String OF_KIND =
      "SELECT tenant, id, version, body FROM document WHERE kind = ?";
  private static final String SAVE =
      """
      INSERT INTO document (kind, tenant, id, version, body) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (kind, tenant, id) DO UPDATE SET version = excluded.version, body = excluded.body\
      """;
  private static final String DELETE =
      "DELETE FROM document WHERE kind = ? AND tenant = ? AND id = ?";

  private final Statements statements;

  DocumentTable(Statements statements) {
    this.statements = statements;
  }

  Optional<Row.Doc> find(Key.Doc key) throws SQLException {
    var find = statements.of(FIND);
    bind(find, key);
    try (var rows = find.executeQuery()) {
      return rows.next()
          ? Optional.of(new Row.Doc(key, rows.getLong(1), rows.getBytes(2)))
          : Optional.empty();
    }
  }

  List<Row.Doc> ofKind(String kind) throws SQLException {
    var all = statements.of(OF_KIND);
    all.setString(1, kind);
    var found = new ArrayList<Row.Doc>();
    try (var rows = all.executeQuery()) {
      while (rows.next()) {
        var key = new Key.Doc(rows.getInt(1), kind, rows.getString(2));
        found.add(new Row.Doc(key, rows.getLong(3), rows.getBytes(4)));
      }
    }
    return found;
  }

  void save(List<Row.Doc> docs) throws SQLException {
    for (var doc : docs) {
      var save = statements.of(SAVE);
      bind(save, doc.key());
      save.setLong(4, doc.version());
      save.setBytes(5, doc.body());
      save.executeUpdate();
    }
  }

  void delete(List<Key.Doc> keys) throws SQLException {
    for (var key : keys) {
      var delete = statements.of(DELETE);
      bind(delete, key);
      delete.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, Key.Doc key) throws SQLException {
    statement.setString(1, key.kind());
    statement.setInt(2, key.tenant());
    statement.setString(3, key.id());
  }
}
