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
  static final int VERSION_MIN = 150_000;

  private static final String ASK =
      """
      SELECT current_setting('server_version_num')::int, current_setting('server_version'),
        pg_is_in_recovery(), current_setting('fsync'), current_setting('synchronous_commit'),
        current_setting('full_page_writes'), current_setting('synchronous_standby_names'),
        current_setting('server_encoding'), floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint\
      """;

  /** What the server says of itself. */
  record Settings(
      int number,
      String version,
      boolean standby,
      String fsync,
      String synchronousCommit,
      String fullPageWrites,
      String standbys,
      String encoding,
      long millis) {}

  /** @throws StoreException if that is less than the configuration promises; the message says what to do */
  static ServerPromise of(Connection connection, boolean strict) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(ASK)) {
      row.next();
      var settings =
          new Settings(
              row.getInt(1), row.getString(2), row.getBoolean(3), row.getString(4), row.getString(5),
              row.getString(6), row.getString(7), row.getString(8), row.getLong(9));
      return of(settings, strict);
    }
  }

  static ServerPromise of(Settings server, boolean strict) {
    var version = server.version.split(" ", 2)[0];
    require(server.number >= VERSION_MIN, "this is PostgreSQL " + version + "; Raincheck needs 15 or newer");
    require(!server.standby, "this server is a standby; name the primary, or all of them with commas");
    require(
        server.encoding.equals("UTF8"), "the database's encoding is " + server.encoding + "; it must be UTF8");
    if (strict) {
      require(server.fsync.equals("on"), "the server runs with fsync = off; " + OTHERWISE);
      require(!server.synchronousCommit.equals("off"), "synchronous_commit is off; " + OTHERWISE);
    }
    var notes = new ArrayList<String>();
    notes.add(
        "synchronous_commit is %s, fsync %s, full_page_writes %s; synchronous standbys: %s"
            .formatted(
                strict ? server.synchronousCommit : "off",
                server.fsync,
                server.fullPageWrites,
                server.standbys.isEmpty() ? "none" : server.standbys));
    if (!server.fullPageWrites.equals("on")) {
      notes.add("full_page_writes is off: safe only where the file system never tears a page");
    }
    return new ServerPromise(version, server.millis, List.copyOf(notes));
  }

  private static final String OTHERWISE =
      "turn it on, or say durability: relaxed and accept that a power cut may lose what was accepted last";

  private static void require(boolean kept, String otherwise) {
    if (!kept) throw new StoreException(otherwise);
  }
}
