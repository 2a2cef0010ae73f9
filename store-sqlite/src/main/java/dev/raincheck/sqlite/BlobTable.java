package dev.raincheck.sqlite;

import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The statements about which blobs operations refer to. The blobs themselves are elsewhere. */
final class BlobTable {
  private record Reference(BlobId blob, long part, long size) {}

  private static final String SAVE = "REPLACE INTO blob (id, part, size) VALUES %s";
  private static final String DELETE = "DELETE FROM blob WHERE (id, part) IN (VALUES %s)";
  private static final String REFERRED = "SELECT DISTINCT id FROM blob WHERE id IN (%s)";
  private static final String TOTALS =
      "SELECT count(*), coalesce(sum(size), 0) FROM (SELECT max(size) AS size FROM blob GROUP BY id)";

  private final Statements statements;
  private final ManyRows<Reference> save;
  private final ManyRows<Reference> delete;

  BlobTable(Statements statements) {
    this.statements = statements;
    save =
        new ManyRows<>(
            statements,
            SAVE,
            "(?, ?, ?)",
            (statement, at, one) -> {
              int next = bind(statement, at, one);
              statement.setLong(next, one.size);
              return next + 1;
            });
    delete = new ManyRows<>(statements, DELETE, "(?, ?)", BlobTable::bind);
  }

  private static int bind(PreparedStatement statement, int at, Reference one) throws SQLException {
    statement.setBytes(at, PackedKey.of(one.blob));
    statement.setLong(at + 1, one.part);
    return at + 2;
  }

  /** Keeps what is new, and drops what its operation no longer refers to. */
  void save(List<OperationTable.Saved> operations) throws SQLException {
    var kept = new ArrayList<Reference>(0);
    var gone = new ArrayList<Reference>(0);
    for (var one : operations) {
      var before = one.before();
      var now = references(one.row(), one.operation());
      var then = before == null ? List.<Reference>of() : references(one.row(), before);
      for (var reference : now) if (!then.contains(reference)) kept.add(reference);
      for (var reference : then) if (!now.contains(reference)) gone.add(reference);
    }
    delete.run(gone);
    save.run(kept);
  }

  /** Drops all that operations referred to. */
  void delete(List<Known> operations) throws SQLException {
    var gone = new ArrayList<Reference>(0);
    for (var one : operations) gone.addAll(references(one.row(), one.operation()));
    delete.run(gone);
  }

  private static List<Reference> references(long row, Operation operation) {
    var input = operation.submission().input();
    boolean result = operation.state() instanceof State.Succeeded(Payload.Blob _);
    if (!(input instanceof Payload.Blob) && !result) return List.of();
    var references = new ArrayList<Reference>(2);
    if (input instanceof Payload.Blob blob) {
      references.add(reference(row, Payload.Part.INPUT, blob));
    }
    if (operation.state() instanceof State.Succeeded(Payload.Blob blob)) {
      references.add(reference(row, Payload.Part.RESULT, blob));
    }
    return references;
  }

  private static Reference reference(long row, Payload.Part part, Payload.Blob blob) {
    return new Reference(blob.id(), PayloadTable.id(row, part), blob.size());
  }

  Set<BlobId> referred(Collection<BlobId> blobs) throws SQLException {
    var referred =
        new ManyRows<BlobId>(
            statements,
            REFERRED,
            "?",
            (statement, at, id) -> {
              statement.setBytes(at, PackedKey.of(id));
              return at + 1;
            });
    var found = new HashSet<BlobId>();
    referred.query(List.copyOf(blobs), row -> found.add(PackedKey.blob(row.getBytes(1))));
    return found;
  }

  Reader.Blobs totals() throws SQLException {
    try (var rows = statements.of(TOTALS).executeQuery()) {
      return rows.next() ? new Reader.Blobs(rows.getLong(1), rows.getLong(2)) : new Reader.Blobs(0, 0);
    }
  }
}
