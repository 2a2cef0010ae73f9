package dev.raincheck.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Opens connections, each with the settings of its use. */
final class Connections {
  /** A server that does not answer is not waited for longer than this. */
  private static final int CONNECT_SECONDS = 5;

  /** A ledger's message is answered within this, or the connection is given up: batches are bounded. */
  private static final int LEDGER_SOCKET_SECONDS = 30;

  private static final String TRANSACTION_TIMEOUT =
      """
      SELECT set_config('transaction_timeout', ?, false)
      WHERE current_setting('server_version_num')::int >= 170000\
      """;

  private static final int READ_SOCKET_SECONDS = 15;

  /** A server that does not answer a small question within this is away. */
  private static final int HEART_SOCKET_SECONDS = 6;

  /** Past this a batch gives way, is undone and tried again: whoever holds the lock may be frozen. */
  private static final String LOCK_TIMEOUT = "5s";

  /**
   * How long a node that stands still between two messages keeps what it locked. Longer than any pause that
   * a healthy node makes in the middle of a batch, shorter than a lease.
   */
  static final String FROZEN_TIMEOUT = "10s";

  /** With every connection taken for as long as this, answering "busy" is kinder than a longer wait. */
  private static final long WAIT_MILLIS = 5_000;

  /** More than a full batch's entries of the log. */
  private static final int SEND_BYTES = 256 << 10;

  private final PostgresConfig config;

  Connections(PostgresConfig config) {
    this.config = config;
  }

  /** For migrations and checks: plain, but in our schema. */
  Connection plain() throws SQLException {
    var connection = connect(LEDGER_SOCKET_SECONDS, "raincheck start");
    set(connection, Map.of("search_path", config.schema()));
    return connection;
  }

  /**
   * For the ledger. Plans are pinned: a batch always touches rows by their keys, so a plan that a table's
   * size or stale statistics could turn into a scan is ruled out.
   */
  Connection ledger() throws SQLException {
    var connection = connect(LEDGER_SOCKET_SECONDS, "raincheck ledger");
    var settings = new LinkedHashMap<String, String>();
    settings.put("search_path", config.schema());
    settings.put("synchronous_commit", config.strict() ? "" : "off");
    settings.put("plan_cache_mode", "force_generic_plan");
    settings.put("enable_seqscan", "off");
    settings.put("enable_hashjoin", "off");
    settings.put("enable_mergejoin", "off");
    settings.put("enable_material", "off");
    settings.put("enable_bitmapscan", "off");
    settings.put("jit", "off");
    settings.put("lock_timeout", LOCK_TIMEOUT);
    settings.put("idle_in_transaction_session_timeout", FROZEN_TIMEOUT);
    settings.put("tcp_user_timeout", FROZEN_TIMEOUT);
    settings.putAll(config.settings());
    settings.values().removeIf(String::isEmpty);
    set(connection, settings);
    endLongTransactions(connection);
    return connection;
  }

  /** From PostgreSQL 17 on a batch can be bounded as a whole, however it passes its time. */
  private static void endLongTransactions(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement(TRANSACTION_TIMEOUT)) {
      statement.setString(1, LEDGER_SOCKET_SECONDS + "s");
      statement.execute();
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** For reads: each in a snapshot of its own that changes nothing. All go through an index. */
  HikariDataSource readers() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("search_path", config.schema());
    settings.put("statement_timeout", Readers.STATEMENT_MILLIS + "ms");
    settings.put("idle_in_transaction_session_timeout", FROZEN_TIMEOUT);
    settings.put("default_transaction_read_only", "on");
    settings.put("enable_seqscan", "off");
    settings.put("enable_hashjoin", "off");
    settings.put("enable_mergejoin", "off");
    settings.put("jit", "off");
    var pool = pool("read", "REPEATABLE_READ", settings);
    pool.setAutoCommit(false);
    pool.setMaximumPoolSize(config.readers());
    return new HikariDataSource(pool);
  }

  /** For blobs: opened when there are some. */
  HikariDataSource blobs() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("search_path", config.schema());
    settings.put("idle_in_transaction_session_timeout", FROZEN_TIMEOUT);
    settings.put("synchronous_commit", "off");
    var pool = pool("blob", "READ_COMMITTED", settings);
    pool.setMinimumIdle(0);
    pool.setMaximumPoolSize(config.readers());
    return new HikariDataSource(pool);
  }

  /** @param isolation said here, because a pool that asks its first connection believes -1 for ever if that one dies */
  private HikariConfig pool(String use, String isolation, Map<String, String> settings) {
    var pool = new HikariConfig();
    pool.setPoolName("raincheck-" + use);
    pool.setJdbcUrl(url());
    pool.setDataSourceProperties(properties(READ_SOCKET_SECONDS, "raincheck " + use));
    pool.setTransactionIsolation("TRANSACTION_" + isolation);
    pool.setConnectionTimeout(WAIT_MILLIS);
    pool.setConnectionInitSql(sql(settings));
    pool.setIsolateInternalQueries(true); // Else the settings would go with the first rollback.
    pool.setInitializationFailTimeout(-1); // The start has already asked the server.
    return pool;
  }

  /** For a look at any server, standbys too: it can only read, and waits for nobody. */
  Connection doctor() throws SQLException {
    var properties = properties(READ_SOCKET_SECONDS, "raincheck doctor");
    properties.setProperty("targetServerType", "preferPrimary");
    // A server that is too old to work with is to be named.
    properties.remove("assumeMinServerVersion");
    var connection = DriverManager.getConnection(url(), properties);
    var settings = new LinkedHashMap<String, String>();
    settings.put("search_path", config.schema());
    settings.put("default_transaction_read_only", "on");
    settings.put("statement_timeout", "3s");
    settings.put("lock_timeout", "500ms");
    settings.put("jit", "off");
    set(connection, settings);
    return connection;
  }

  /** For the regular question of a node. Everything in it goes through an index, but for the few documents. */
  Connection heart() throws SQLException {
    var connection = connect(HEART_SOCKET_SECONDS, "raincheck pulse");
    var settings = new LinkedHashMap<String, String>();
    settings.put("search_path", config.schema());
    settings.put("plan_cache_mode", "force_generic_plan");
    settings.put("enable_seqscan", "off");
    settings.put("jit", "off");
    settings.put("lock_timeout", LOCK_TIMEOUT);
    settings.put("statement_timeout", LOCK_TIMEOUT);
    set(connection, settings);
    return connection;
  }

  /** For hints: it mostly waits. */
  Connection listener() throws SQLException {
    return connect(0, "raincheck hints");
  }

  private String url() {
    return "jdbc:postgresql://" + config.hosts() + "/" + config.database();
  }

  private Connection connect(int socketSeconds, String use) throws SQLException {
    return DriverManager.getConnection(url(), properties(socketSeconds, use));
  }

  private Properties properties(int socketSeconds, String use) {
    var properties = new Properties();
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
    properties.setProperty("loginTimeout", String.valueOf(2 * CONNECT_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", use);
    config.parameters().forEach(properties::setProperty);
    if (config.user() != null) properties.setProperty("user", config.user());
    if (config.password() != null) properties.setProperty("password", config.password());
    // What follows is how the store works, and not for an operator to change.
    properties.setProperty("socketTimeout", String.valueOf(socketSeconds));
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("prepareThreshold", "1");
    properties.setProperty("autosave", "never");
    properties.setProperty("preferQueryMode", "extended");
    properties.setProperty("assumeMinServerVersion", "15");
    // What follows the lock on the log's tail leaves in one piece.
    properties.setProperty("maxSendBufferSize", String.valueOf(SEND_BYTES));
    return properties;
  }

  private static void set(Connection connection, Map<String, String> settings) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql(settings));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** As one message. Names and values are ours, or the embedding program's. */
  private static String sql(Map<String, String> settings) {
    var sql = new StringBuilder();
    settings.forEach(
        (name, value) ->
            sql.append("SET ").append(name).append(" = '").append(value.replace("'", "''")).append("'; "));
    return sql.toString();
  }
}
