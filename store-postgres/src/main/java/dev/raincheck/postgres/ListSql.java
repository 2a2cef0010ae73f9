package dev.raincheck.postgres;

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

  private final Base base;
  private final Part range;
  private final Part checks;
  private final Part own = new Part();

  /** What gives the candidates, newest first, by what restricts most. */
  private enum Base {
    LIST("operation"),
    CORRELATION("operation"),
    CHILD("operation"),
    DEAD("life");

    final String table;

    Base(String table) {
      this.table = table;
    }
  }

  /** Conditions, and what to bind for them in their order. */
  private static final class Part {
    final StringJoiner sql = new StringJoiner(" AND ");
    final List<Object> values = new ArrayList<>();

    void add(String condition, Object... bound) {
      sql.add(condition);
      values.addAll(List.of(bound));
    }

    void add(Part other) {
      if (other.sql.length() == 0) return;
      sql.add(other.sql.toString());
      values.addAll(other.values);
    }
  }

  ListSql(Filter filter, @Nullable Position after) {
    base = base(filter);
    range = range(filter, after);
    checks = checks(filter, base);
    own.add("o.tenant = ?", filter.tenant());
    times("o.", filter, after, own);
    own.add(checks(filter, Base.LIST));
  }

  private static Base base(Filter filter) {
    if (filter.correlationId() != null) return Base.CORRELATION;
    if (filter.parent() != null) return Base.CHILD;
    return Boolean.TRUE.equals(filter.dead()) ? Base.DEAD : Base.LIST;
  }

  private Part range(Filter filter, @Nullable Position after) {
    var part = new Part();
    var correlation = filter.correlationId();
    var parent = filter.parent();
    // Times come last, in the order of the index.
    if (base == Base.CHILD && parent != null) part.add("parent = ?", PackedKey.of(parent));
    else part.add("tenant = ?", filter.tenant());
    if (base == Base.CORRELATION && correlation != null) part.add("correlation = ?", correlation);
    if (base == Base.DEAD) part.add("dead");
    times("", filter, after, part);
    return part;
  }

  private static void times(String table, Filter filter, @Nullable Position after, Part part) {
    var from = filter.createdAfter();
    var to = filter.createdBefore();
    if (from != null) part.add(table + "created_at > ?", from.toEpochMilli());
    if (to != null) part.add(table + "created_at < ?", ceiling(to));
    if (after != null) {
      part.add(
          "(%screated_at, %sid) < (?, ?)".formatted(table, table),
          after.createdAt().toEpochMilli(),
          PackedKey.of(after.id()));
    }
  }

  /** What the index has not answered. */
  private static Part checks(Filter filter, Base base) {
    var part = new Part();
    var type = filter.type();
    var tag = filter.tag();
    var parent = filter.parent();
    var dead = filter.dead();
    if (!filter.statuses().isEmpty()) {
      var phases = new TreeSet<Integer>();
      for (var word : filter.statuses()) phases.addAll(Phase.of(word));
      var list = new StringJoiner(", ", "l.state IN (", ")");
      phases.forEach(phase -> list.add(phase.toString()));
      part.add(phases.isEmpty() ? "false" : list.toString());
    }
    if (type != null) part.add("o.type = ?", type);
    if (tag != null) part.add("? = ANY (o.tags)", tag);
    if (base == Base.CHILD) part.add("o.tenant = ?", filter.tenant());
    else if (parent != null) part.add("o.parent = ?", PackedKey.of(parent));
    if (dead != null && base != Base.DEAD) part.add(dead ? "l.dead" : "NOT l.dead");
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
    return new Query(
        """
        SELECT c.id, o.asked, l.life, c.created_at
        FROM (SELECT id, created_at FROM %s WHERE %s ORDER BY created_at DESC, id DESC LIMIT %d) AS c
        JOIN operation AS o ON o.id = c.id JOIN life AS l ON l.id = c.id
        %s ORDER BY c.created_at DESC, c.id DESC LIMIT ?\
        """
            .formatted(base.table, range.sql, Listing.LOOKED_AT_MAX, checks() ? "WHERE " + checks.sql : ""),
        values);
  }

  Query lookedAtLast() {
    return new Query(
        "SELECT id, created_at FROM %s WHERE %s ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET %d"
            .formatted(base.table, range.sql, Listing.LOOKED_AT_MAX - 1),
        range.values);
  }

  /** The operation that is a business case of its own, if it matches. */
  Query own(OperationId id) {
    var part = new Part();
    part.add("o.id = ?", PackedKey.of(id));
    part.add("o.correlation IS NULL");
    part.add(own);
    return new Query(
        "SELECT o.id, o.asked, l.life, o.created_at FROM operation AS o JOIN life AS l ON l.id = o.id"
            + " WHERE "
            + part.sql,
        part.values);
  }

  private static long ceiling(Instant time) {
    long millis = time.toEpochMilli();
    return Instant.ofEpochMilli(millis).equals(time) ? millis : millis + 1;
  }
}
