package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which database, and how it is used.
 *
 * @param hosts one {@code host:port}, or several with commas; the first that is a primary is used
 * @param database its name, as in a URL
 * @param user who logs in; null for the process's own user
 * @param password of the user; null if the server wants none, or the driver finds one itself
 * @param parameters of the driver, such as {@code sslmode=verify-full}
 * @param schema where the tables are; made if it is missing
 * @param strict whether each commit reaches the disk before it is acknowledged; false may lose the last
 *     commits in a power cut, never in a crash of a process
 * @param readers how many connections answer reads
 * @param away how long a batch waits for a server that cannot be reached before new work is refused
 * @param settings of PostgreSQL for the connection that writes, beyond the store's own
 */
public record PostgresConfig(
    String hosts,
    String database,
    @Nullable String user,
    @Nullable String password,
    Map<String, String> parameters,
    String schema,
    boolean strict,
    int readers,
    Duration away,
    Map<String, String> settings) {
  private static final String SCHEMA = "raincheck";
  private static final int READERS = 4;
  private static final Duration AWAY = Duration.ofSeconds(5);

  public PostgresConfig {
    schema(schema);
    if (readers < 1) throw new IllegalArgumentException("readers must be at least 1, not " + readers);
    parameters = Map.copyOf(parameters);
    settings = Map.copyOf(settings);
  }

  /** The same name, if it may be a schema's: it stands in statements as it is. */
  static String schema(String name) {
    if (name.matches("[a-z_][a-z0-9_]{0,62}")) return name;
    throw new IllegalArgumentException("a schema is a-z, 0-9 and _, at most 63 of them, not " + name);
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database?parameter=value&…}. The user, the password
   * and each parameter may be percent-encoded. {@code currentSchema} names the schema, by default {@code
   * raincheck}; everything else is a parameter of the driver.
   *
   * @throws IllegalArgumentException if it is none; the message holds no secret
   */
  public static PostgresConfig of(String url) {
    int start = url.startsWith("postgresql://") ? 13 : url.startsWith("postgres://") ? 11 : -1;
    if (start < 0) throw new IllegalArgumentException("must begin with postgresql://");
    int query = url.indexOf('?', start);
    var parameters = query < 0 ? new LinkedHashMap<String, String>() : parameters(url.substring(query + 1));
    var address = query < 0 ? url.substring(start) : url.substring(start, query);
    int slash = address.indexOf('/');
    var database = slash < 0 ? "" : address.substring(slash + 1);
    var authority = slash < 0 ? address : address.substring(0, slash);
    int at = authority.lastIndexOf('@');
    var hosts = authority.substring(at + 1);
    if (hosts.isBlank() || database.isBlank() || database.indexOf('/') >= 0) {
      throw new IllegalArgumentException("must name a host and a database");
    }
    var login = at < 0 ? "" : authority.substring(0, at);
    int colon = login.indexOf(':');
    var user = decoded(colon < 0 ? login : login.substring(0, colon));
    var password = colon < 0 ? null : decoded(login.substring(colon + 1));
    var otherUser = parameters.remove("user");
    var otherPassword = parameters.remove("password");
    var schema = parameters.remove("currentSchema");
    return new PostgresConfig(
        hosts,
        database,
        user.isEmpty() ? otherUser : user,
        password == null ? otherPassword : password,
        parameters,
        schema == null ? SCHEMA : schema,
        true,
        READERS,
        AWAY,
        Map.of());
  }

  private static LinkedHashMap<String, String> parameters(String query) {
    var parameters = new LinkedHashMap<String, String>();
    for (var part : query.split("&", -1)) {
      if (part.isEmpty()) continue;
      int equals = part.indexOf('=');
      if (equals < 1) throw new IllegalArgumentException("has a parameter without a value");
      parameters.put(decoded(part.substring(0, equals)), decoded(part.substring(equals + 1)));
    }
    return parameters;
  }

  /** Unlike in a form, a plus is a plus. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has a % that begins no percent-encoding", e);
    }
  }

  /** Where it is, without secrets. */
  public String location() {
    return "postgresql://" + hosts + "/" + database;
  }

  public PostgresConfig withStrict(boolean value) {
    return new PostgresConfig(
        hosts, database, user, password, parameters, schema, value, readers, away, settings);
  }

  public PostgresConfig withSchema(String value) {
    return new PostgresConfig(
        hosts, database, user, password, parameters, value, strict, readers, away, settings);
  }

  public PostgresConfig withReaders(int value) {
    return new PostgresConfig(
        hosts, database, user, password, parameters, schema, strict, value, away, settings);
  }

  public PostgresConfig withAway(Duration value) {
    return new PostgresConfig(
        hosts, database, user, password, parameters, schema, strict, readers, value, settings);
  }

  public PostgresConfig withSettings(Map<String, String> value) {
    return new PostgresConfig(
        hosts, database, user, password, parameters, schema, strict, readers, away, value);
  }

  /** What a record would show, without the password and what the driver may keep secret. */
  @Override
  public String toString() {
    return location();
  }
}
