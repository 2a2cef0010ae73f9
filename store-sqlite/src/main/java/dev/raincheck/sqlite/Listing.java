package dev.raincheck.sqlite;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list. An index gives candidates, newest first, by what restricts most; the rest of
 * the filter is checked row by row, for a bounded number of rows.
 */
final class Listing {
  /** A filter that matches almost nothing gives a short page and goes on from there. */
  static final int LOOKED_AT_MAX = 20_000;

  private static final String ROWS = "SELECT id, asked, life FROM operation WHERE row IN (%s)";

  /** Where a hit is, and its place in the list. */
  private record Hit(long row, Instant createdAt, OperationId id) {
    static final Comparator<Hit> NEWEST_FIRST =
        Comparator.comparing(Hit::createdAt).thenComparing(Hit::id).reversed();
  }

  private final Statements statements;
  private final Filter filter;
  private final @Nullable Position after;
  private final int limit;

  Listing(Statements statements, Filter filter, @Nullable Position after, int limit) {
    this.statements = statements;
    this.filter = filter;
    this.after = after;
    this.limit = limit;
  }

  Page page() throws SQLException {
    var sql = new ListSql(filter, after);
    var hits = hits(sql.page(limit + 1));
    boolean full = hits.size() > limit;
    var lookedAtLast = full || !sql.checks() ? null : lookedAtLast(sql);
    ownCase()
        .filter(hit -> lookedAtLast == null || !olderThan(hit, lookedAtLast))
        .ifPresent(hits::add);
    hits.sort(Hit.NEWEST_FIRST);
    if (hits.size() > limit) {
      var last = hits.get(limit - 1);
      return new Page(read(hits.subList(0, limit)), new Position(last.createdAt, last.id));
    }
    return new Page(read(hits), lookedAtLast);
  }

  private List<Hit> hits(ListSql.Query query) throws SQLException {
    var hits = new ArrayList<Hit>();
    try (var rows = bound(query).executeQuery()) {
      while (rows.next()) {
        hits.add(
            new Hit(
                rows.getLong(1),
                Instant.ofEpochMilli(rows.getLong(2)),
                PackedKey.id(rows.getBytes(3))));
      }
    }
    return hits;
  }

  /** The last of as many rows as one page may look at, or null if there are not so many. */
  private @Nullable Position lookedAtLast(ListSql sql) throws SQLException {
    try (var rows = bound(sql.lookedAtLast()).executeQuery()) {
      if (!rows.next()) return null;
      return new Position(Instant.ofEpochMilli(rows.getLong(2)), PackedKey.id(rows.getBytes(3)));
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

  private List<Operation> read(List<Hit> hits) throws SQLException {
    var rows = new ManyRows<Hit>(statements, ROWS, "?", Listing::bindRow);
    Map<OperationId, Operation> found = new HashMap<>();
    rows.query(
        hits,
        row -> {
          var operation =
              OperationTable.operation(row.getBytes(1), row.getBytes(2), row.getBytes(3));
          if (operation != null) found.put(operation.id(), operation);
        });
    var page = new ArrayList<Operation>(hits.size());
    for (var hit : hits) {
      var operation = found.get(hit.id);
      if (operation != null) page.add(operation);
    }
    return page;
  }

  private static int bindRow(PreparedStatement statement, int at, Hit hit) throws SQLException {
    statement.setLong(at, hit.row);
    return at + 1;
  }

  private PreparedStatement bound(ListSql.Query query) throws SQLException {
    var statement = statements.of(query.sql());
    int at = 1;
    for (var value : query.values()) statement.setObject(at++, value);
    return statement;
  }
}
