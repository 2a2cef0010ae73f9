package dev.raincheck.postgres;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Page;
import dev.raincheck.ledger.Reader.Position;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list. An index gives candidates, newest first, by what restricts most; the rest of the
 * filter is checked row by row, for a bounded number of rows.
 */
final class Listing {
  /** A filter that matches almost nothing gives a short page and goes on from there. */
  static final int LOOKED_AT_MAX = 20_000;

  /**
   * A row of the list.
   *
   * @param operation null if this version cannot read it
   */
  private record Hit(Instant createdAt, OperationId id, @Nullable Operation operation) {
    static final Comparator<Hit> NEWEST_FIRST =
        Comparator.comparing(Hit::createdAt).thenComparing(Hit::id).reversed();

    Position position() {
      return new Position(createdAt, id);
    }
  }

  private final TimedStatements statements;
  private final Unreadable unreadable;
  private final Filter filter;
  private final @Nullable Position after;
  private final int limit;

  Listing(
      TimedStatements statements, Unreadable unreadable, Filter filter, @Nullable Position after, int limit) {
    this.statements = statements;
    this.unreadable = unreadable;
    this.filter = filter;
    this.after = after;
    this.limit = limit;
  }

  Page page() throws SQLException {
    var sql = new ListSql(filter, after);
    var hits = hits(sql.page(limit + 1));
    boolean full = hits.size() > limit;
    var lookedAtLast = full || !sql.checks() ? null : lookedAtLast(sql);
    ownCase().filter(hit -> lookedAtLast == null || !olderThan(hit, lookedAtLast)).ifPresent(hits::add);
    hits.sort(Hit.NEWEST_FIRST);
    if (hits.size() <= limit) return new Page(operations(hits), lookedAtLast);
    return new Page(operations(hits.subList(0, limit)), hits.get(limit - 1).position());
  }

  private List<Hit> hits(ListSql.Query query) throws SQLException {
    var hits = new ArrayList<Hit>();
    try (var rows = bound(query).executeQuery()) {
      while (rows.next()) {
        var id = PackedKey.id(rows.getBytes(1));
        hits.add(new Hit(Instant.ofEpochMilli(rows.getLong(4)), id, unreadable.read(rows)));
      }
    }
    return hits;
  }

  /** The last of as many rows as one page may look at, or null if there are not so many. */
  private @Nullable Position lookedAtLast(ListSql sql) throws SQLException {
    try (var rows = bound(sql.lookedAtLast()).executeQuery()) {
      if (!rows.next()) return null;
      return new Position(Instant.ofEpochMilli(rows.getLong(2)), PackedKey.id(rows.getBytes(1)));
    }
  }

  /** An operation without a correlation is a business case of its own, named by its id. */
  private Optional<Hit> ownCase() throws SQLException {
    var named = filter.correlationId();
    var id = named == null ? null : OperationId.parse(named).orElse(null);
    if (id == null) return Optional.empty();
    return hits(new ListSql(filter, after).own(id)).stream().findFirst();
  }

  private static boolean olderThan(Hit hit, Position position) {
    int byTime = hit.createdAt.compareTo(position.createdAt());
    return byTime < 0 || (byTime == 0 && hit.id.compareTo(position.id()) < 0);
  }

  private static List<Operation> operations(List<Hit> hits) {
    var operations = new ArrayList<Operation>(hits.size());
    for (var hit : hits) if (hit.operation != null) operations.add(hit.operation);
    return operations;
  }

  private PreparedStatement bound(ListSql.Query query) throws SQLException {
    var statement = statements.of(query.sql());
    int at = 1;
    for (var value : query.values()) statement.setObject(at++, value);
    return statement;
  }
}
