package dev.raincheck.sqlite;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Phase;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The statements of a list: few shapes, so that each is prepared once. */
final class ListSql {
  /** A statement and what to bind. */
  record Query(String sql, List<Object> values) {}

  private static final String OF_WORD = "(SELECT word.id FROM word WHERE word.text = ?)";

  private final String index;
  private final Part range;
  private final Part checks;
  private final Part own = new Part();

  /** Conditions, and what to bind for them in their order. */
  private static final class Part {
    final StringJoiner sql = new StringJoiner(" AND ");
    final List<Object> values = new ArrayList<>();

    void add(String condition, Object... bound) {
      sql.add(condition);
      values.addAll(List.of(bound));
    }

    void add(Part other) {
      if (other.values.isEmpty() && other.sql.length() == 0) return;
      sql.add(other.sql.toString());
      values.addAll(other.values);
    }
  }

  ListSql(Filter filter, @Nullable Position after) {
    index = index(filter);
    range = range(filter, after);
    checks = checks(filter, index);
    own.add("tenant = ?", filter.tenant());
    times(filter, after, own);
    own.add(checks(filter, "operation_list"));
  }

  private static String index(Filter filter) {
    if (filter.correlationId() != null) return "operation_correlation";
    if (filter.parent() != null) return "operation_child";
    return Boolean.TRUE.equals(filter.dead()) ? "operation_dead" : "operation_list";
  }

  private Part range(Filter filter, @Nullable Position after) {
    var part = new Part();
    var correlation = filter.correlationId();
    var parent = filter.parent();
    // Times come last, in the order of the index.
    if (index.equals("operation_child") && parent != null)
      part.add("parent = ?", PackedKey.of(parent));
    else part.add("tenant = ?", filter.tenant());
    if (index.equals("operation_correlation") && correlation != null)
      part.add("correlation = ?", correlation);
    if (index.equals("operation_dead")) part.add("dead = 1");
    times(filter, after, part);
    return part;
  }

  private static void times(Filter filter, @Nullable Position after, Part part) {
    var from = filter.createdAfter();
    var to = filter.createdBefore();
    if (from != null) part.add("created_at > ?", from.toEpochMilli());
    if (to != null) part.add("created_at < ?", ceiling(to));
    if (after != null) {
      part.add(
          "(created_at, id) < (?, ?)", after.createdAt().toEpochMilli(), PackedKey.of(after.id()));
    }
  }

  /** What the index has not answered. */
  private static Part checks(Filter filter, String index) {
    var part = new Part();
    var type = filter.type();
    var tag = filter.tag();
    var parent = filter.parent();
    var dead = filter.dead();
    if (!filter.statuses().isEmpty()) {
      var phases = new TreeSet<Integer>();
      for (var word : filter.statuses()) phases.addAll(Phase.of(word));
      var list = new StringJoiner(", ", "state IN (", ")");
      phases.forEach(phase -> list.add(phase.toString()));
      part.add(list.toString());
    }
    if (type != null) part.add("type = " + OF_WORD, type);
    if (tag != null) part.add("instr(tags, ?) > 0", "\n" + tag + "\n");
    if (index.equals("operation_child")) part.add("tenant = ?", filter.tenant());
    else if (parent != null) part.add("parent = ?", PackedKey.of(parent));
    if (dead != null && !index.equals("operation_dead")) part.add("dead = ?", dead ? 1 : 0);
    return part;
  }

  /** Whether rows are looked at that may not match. */
  boolean checks() {
    return checks.sql.length() > 0;
  }

  Query page(int atMost) {
    var values = new ArrayList<>(range.values);
    values.addAll(checks.values);
    values.add(atMost);
    var where = checks() ? "WHERE " + checks.sql : "";
    return new Query(
        """
        SELECT row, created_at, id
        FROM (SELECT * FROM operation INDEXED BY %s WHERE %s
              ORDER BY created_at DESC, id DESC LIMIT %d) AS candidate
        %s LIMIT ?\
        """
            .formatted(index, range.sql, Listing.LOOKED_AT_MAX, where),
        values);
  }

  Query lookedAtLast() {
    return new Query(
        """
        SELECT row, created_at, id FROM operation INDEXED BY %s WHERE %s
        ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET %d\
        """
            .formatted(index, range.sql, Listing.LOOKED_AT_MAX - 1),
        range.values);
  }

  /** The operation that is a business case of its own, if it matches. */
  Query own(OperationId id) {
    var part = new Part();
    part.add("id = ?", PackedKey.of(id));
    part.add("correlation IS NULL");
    part.add(own);
    return new Query("SELECT row, created_at, id FROM operation WHERE " + part.sql, part.values);
  }

  private static long ceiling(Instant time) {
    long millis = time.toEpochMilli();
    return Instant.ofEpochMilli(millis).equals(time) ? millis : millis + 1;
  }
}
