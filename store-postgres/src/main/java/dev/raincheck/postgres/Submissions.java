package dev.raincheck.postgres;

import dev.raincheck.ledger.HandedOver;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Payload;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what applications have left in committed transactions of their own. */
final class Submissions {
  static final String ANY =
      """
      SELECT (SELECT n FROM submitted ORDER BY n LIMIT 1) IS NOT NULL
        OR (SELECT epoch FROM completion ORDER BY operation LIMIT 1) IS NOT NULL\
      """;

  static final String COMPLETIONS = "SELECT operation FROM completion ORDER BY operation LIMIT ?";

  private static final String COLUMNS =
      """
      SELECT s.id, s.n, s.at, s.tenant, s.tenant_number, s.type, s.key, s.input, s.media_type, s.run_at, s.start_by,
        s.deadline, s.lane, s.correlation, s.tags,
        ARRAY(SELECT key FROM jsonb_each_text(s.metadata) ORDER BY key),
        ARRAY(SELECT coalesce(value, '') FROM jsonb_each_text(s.metadata) ORDER BY key),
        s.traceparent
      """;

  /** As many bytes as a batch may have: the first in any case, and others as long as they fit. */
  private static final int BYTES_MAX = 4 << 20;

  static final String AFTER =
      COLUMNS
          + """
          FROM (SELECT n, sum(octet_length(coalesce(input, ''))) OVER (ORDER BY n) AS bytes, row_number() OVER (ORDER BY n)
              FROM (SELECT n, input FROM submitted WHERE n > ? ORDER BY n LIMIT ?) AS next) AS first
            JOIN submitted AS s ON s.n = first.n
          WHERE first.row_number = 1 OR first.bytes <= ? ORDER BY s.n\
          """;

  /** What comes before it, in its lane or with its key, but never so much that it is not itself among them. */
  static final String BEFORE =
      COLUMNS
          + """
          FROM (SELECT wanted.n FROM submitted AS wanted WHERE wanted.id = ?
            UNION
            (SELECT n FROM (
                SELECT earlier.n FROM submitted AS wanted JOIN submitted AS earlier ON earlier.lane = wanted.lane
                WHERE wanted.id = ? AND earlier.n < wanted.n AND earlier.type = wanted.type
                UNION
                SELECT earlier.n FROM submitted AS wanted JOIN submitted AS earlier ON earlier.key = wanted.key
                WHERE wanted.id = ? AND earlier.n < wanted.n AND earlier.type = wanted.type) AS earlier
            ORDER BY n LIMIT ?)) AS chosen
            JOIN submitted AS s ON s.n = chosen.n
          ORDER BY s.n\
          """;

  private Submissions() {}

  static List<HandedOver> after(TimedStatements statements, long order, int atMost) throws SQLException {
    var find = statements.of(AFTER);
    find.setLong(1, order);
    find.setInt(2, atMost);
    find.setInt(3, BYTES_MAX);
    return read(find);
  }

  static List<HandedOver> before(TimedStatements statements, OperationId id, int atMost) throws SQLException {
    var find = statements.of(BEFORE);
    find.setBytes(1, PackedKey.of(id));
    find.setBytes(2, PackedKey.of(id));
    find.setBytes(3, PackedKey.of(id));
    find.setInt(4, atMost - 1);
    return read(find);
  }

  private static List<HandedOver> read(PreparedStatement query) throws SQLException {
    var found = new ArrayList<HandedOver>();
    try (var rows = query.executeQuery()) {
      while (rows.next()) found.add(read(rows));
    }
    return found;
  }

  private static HandedOver read(ResultSet row) throws SQLException {
    var bytes = row.getBytes(8);
    return new HandedOver(
        PackedKey.id(row.getBytes(1)),
        row.getLong(2),
        Instant.ofEpochMilli(row.getLong(3)),
        row.getString(4),
        row.getObject(5, Integer.class),
        row.getString(6),
        row.getString(7),
        bytes == null ? null : new Payload.Inline(bytes, row.getString(9)),
        instant(row, 10),
        instant(row, 11),
        duration(row, 12),
        row.getString(13),
        row.getString(14),
        List.of(texts(row.getArray(15))),
        metadata(texts(row.getArray(16)), texts(row.getArray(17))),
        row.getString(18));
  }

  private static Map<String, String> metadata(String[] keys, String[] values) {
    var metadata = new LinkedHashMap<String, String>();
    for (int i = 0; i < keys.length; i++) metadata.put(keys[i], values[i]);
    return metadata;
  }

  private static String[] texts(Array array) throws SQLException {
    var texts = (String[]) array.getArray();
    // The functions let no null in, but whoever may insert could.
    for (int i = 0; i < texts.length; i++) if (texts[i] == null) texts[i] = "";
    return texts;
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    var millis = row.getObject(column, Long.class);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  private static @Nullable Duration duration(ResultSet row, int column) throws SQLException {
    var millis = row.getObject(column, Long.class);
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
