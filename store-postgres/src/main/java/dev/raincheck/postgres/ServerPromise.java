package dev.raincheck.postgres;

import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the server promises of a commit.
 *
 * @param version such as {@code 18.6}
 * @param millis its clock
 * @param notes what an operator should know of it
 */
record ServerPromise(String version, long millis, List<String> notes) {
  private static final int VERSION_MIN = 150_000;

  private static final String ASK =
      """
      SELECT current_setting('server_version_num')::int, current_setting('server_version'),
        pg_is_in_recovery(), current_setting('fsync'), current_setting('synchronous_commit'),
        current_setting('full_page_writes'), current_setting('synchronous_standby_names'),
        current_setting('server_encoding'), floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint\
      """;

  /** @throws StoreException if that is less than the configuration promises; the message says what to do */
  static ServerPromise of(Connection connection, boolean strict) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(ASK)) {
      row.next();
      var version = row.getString(2).split(" ", 2)[0];
      require(row.getInt(1) >= VERSION_MIN, "this is PostgreSQL " + version + "; Raincheck needs 15 or newer");
      require(!row.getBoolean(3), "this server is a standby; name the primary, or all of them with commas");
      require(row.getString(8).equals("UTF8"), "the database's encoding is " + row.getString(8) + "; it must be UTF8");
      boolean fsync = row.getString(4).equals("on");
      var synchronous = row.getString(5);
      if (strict) {
        require(fsync, "the server runs with fsync = off; " + OTHERWISE);
        require(!synchronous.equals("off"), "synchronous_commit is off; " + OTHERWISE);
      }
      var notes = new ArrayList<String>();
      var standbys = row.getString(7);
      notes.add(
          "synchronous_commit is %s, fsync %s, full_page_writes %s; synchronous standbys: %s"
              .formatted(
                  strict ? synchronous : "off", row.getString(4), row.getString(6), standbys.isEmpty() ? "none" : standbys));
      if (row.getString(6).equals("off")) {
        notes.add("full_page_writes is off: safe only where the file system never tears a page");
      }
      return new ServerPromise(version, row.getLong(9), List.copyOf(notes));
    }
  }

  private static final String OTHERWISE =
      "turn it on, or say durability: relaxed and accept that a power cut may lose what was accepted last";

  private static void require(boolean kept, String otherwise) {
    if (!kept) throw new StoreException(otherwise);
  }
}
