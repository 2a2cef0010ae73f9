package dev.raincheck.sqlite;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Types and queues by number, so that rows and indexes repeat a byte instead of a word. */
final class Words {
  private static final String ALL = "SELECT id, text FROM word";
  private static final String ADD = "INSERT INTO word (id, text) VALUES (?, ?)";

  private final Statements statements;
  private final Map<String, Integer> known = new HashMap<>();
  private final List<String> uncommitted = new ArrayList<>();

  Words(Statements statements) throws SQLException {
    this.statements = statements;
    try (var rows = statements.of(ALL).executeQuery()) {
      while (rows.next()) known.put(rows.getString(2), rows.getInt(1));
    }
  }

  /** The word's number, given now if it is new. */
  int number(String word) throws SQLException {
    var number = known.get(word);
    if (number != null) return number;
    int fresh = known.size() + 1;
    var add = statements.of(ADD);
    add.setInt(1, fresh);
    add.setString(2, word);
    add.executeUpdate();
    known.put(word, fresh);
    uncommitted.add(word);
    return fresh;
  }

  /** The word's number, or 0 if it has none. */
  int find(String word) {
    return known.getOrDefault(word, 0);
  }

  void committed() {
    uncommitted.clear();
  }

  void rolledBack() {
    uncommitted.forEach(known::remove);
    uncommitted.clear();
  }
}
