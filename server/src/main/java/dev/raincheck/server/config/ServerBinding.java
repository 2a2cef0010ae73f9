package dev.raincheck.server.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the whole file. */
final class ServerBinding {
  /** A login, hosts and a database, and parameters: what may be shown is the middle. */
  private static final Pattern POSTGRES =
      Pattern.compile("postgres(?:ql)?://(?:[^/?]*@)?(?<place>[^@/?]+/[^/?]+)(?:\\?.*)?");

  private static final String LISTEN_RULE = "must be host:port, such as 127.0.0.1:8080";
  private static final ServerConfig DEFAULT = ServerConfig.DEFAULT;

  private ServerBinding() {}

  static ServerConfig bind(Section top) {
    var listen = top.parsed("listen", DEFAULT.listen(), HostPort::parse, LISTEN_RULE);
    top.defaultsTo("public_url", "http[s]://<listen>");
    var publicUrl = top.parsed("public_url", ServerBinding::baseUrl, Urls.RULE);
    var admin = adminListen(top);
    var tls = tls(top);
    var store = store(top);
    var durability = top.choice("durability", DEFAULT.durability());
    var maxWait = top.seconds("max_wait_seconds", DEFAULT.maxWait());
    int waits = top.integer("waits_per_key", DEFAULT.waitsPerKey());
    var drain = top.seconds("drain_seconds", DEFAULT.drain());
    var limits = limits(top.section("limits"));
    var rateLimit = rateLimit(top.section("rate_limit"));
    var egress = egress(top.section("egress"));
    var cors = AuthBinding.cors(top.section("cors"));
    var auth = AuthBinding.bind(top.section("auth"));
    var log = top.section("log");
    var logging =
        new LogConfig(
            log.choice("format", DEFAULT.log().format()),
            log.choice("level", DEFAULT.log().level()));

    var defaults = top.section("defaults");
    TypeBinding.bindDefaults(defaults, limits);
    var types = new LinkedHashMap<String, TypeConfig>();
    top.sections("operations", "<type>", defaults)
        .forEach(
            (name, type) -> {
              var bound = TypeBinding.bind(name, type, limits);
              if (bound.name().equals(name)) types.put(name, bound);
            });
    return top.build(
        () ->
            new ServerConfig(
                listen,
                publicUrl,
                admin,
                tls,
                store,
                durability,
                maxWait,
                waits,
                drain,
                limits,
                rateLimit,
                egress,
                cors,
                auth,
                logging,
                types),
        DEFAULT);
  }

  private static Optional<URI> baseUrl(String text) {
    return Urls.parse(text.endsWith("/") ? text.substring(0, text.length() - 1) : text)
        .filter(url -> url.getHost() != null);
  }

  private static Optional<HostPort> adminListen(Section top) {
    top.defaultsTo("admin_listen", DEFAULT.adminListen().orElseThrow().toString());
    return top.parsed(
        "admin_listen",
        DEFAULT.adminListen(),
        text ->
            text.equals("off")
                ? Optional.of(Optional.empty())
                : HostPort.parse(text).map(Optional::of),
        "must be host:port or off");
  }

  private static Optional<TlsConfig> tls(Section top) {
    var tls = top.section("tls");
    if (!top.says("tls")) {
      for (var key : List.of("certificate", "private_key")) tls.asks(key, "required");
      tls.asks("private_key_password", "none");
      tls.asks("admin", "false");
      return Optional.empty();
    }
    var certificate = file(tls, "certificate", "give a PEM file, such as tls/server.pem");
    var key = file(tls, "private_key", "give a PEM file, such as tls/server.key");
    var password = tls.secret("private_key_password");
    boolean admin = tls.flag("admin", false);
    return certificate.flatMap(
        first -> key.map(second -> new TlsConfig(first, second, password, admin)));
  }

  private static Optional<Path> file(Section section, String key, String advice) {
    var text = section.required(key, advice);
    try {
      return text.map(section.binding().folder()::resolve);
    } catch (InvalidPathException invalid) {
      section.refuse(key, "names no possible file", advice);
      return Optional.empty();
    }
  }

  /** A relative file is beside the configuration, as every path in it. */
  private static StoreConfig store(Section top) {
    var text = top.text("store", "sqlite:raincheck.db");
    var file = text.startsWith("sqlite:") ? text.substring("sqlite:".length()) : "raincheck.db";
    if (text.startsWith("postgresql:") || text.startsWith("postgres:")) return postgres(text, top);
    if (text.equals("memory") || text.startsWith("memory:")) {
      top.refuse(
          "store", "must not be memory: a 202 promises durable work", "use sqlite:raincheck.db");
    } else if (!text.startsWith("sqlite:") || file.isBlank()) {
      top.refuse("store", "must be sqlite: and a file, or postgresql://…", "use sqlite:raincheck.db");
    }
    try {
      return new StoreConfig.Sqlite(top.binding().folder().resolve(file));
    } catch (InvalidPathException invalid) {
      top.refuse("store", "names no possible file", "use sqlite:raincheck.db");
      return DEFAULT.store();
    }
  }

  /** What is wrong with it is said without showing it: there may be a password in it. */
  private static StoreConfig postgres(String text, Section top) {
    var parts = POSTGRES.matcher(text);
    if (parts.matches()) {
      return new StoreConfig.Postgres(new Secret(text), "postgresql://" + parts.group("place"));
    }
    top.error(
        "store", "is no address of a PostgreSQL database", "write postgresql://user:password@host:5432/database");
    return DEFAULT.store();
  }

  private static Limits limits(Section limits) {
    int body = limits.integer("body_bytes", Limits.DEFAULT.bodyBytesMax());
    int header = limits.integer("header_bytes", Limits.DEFAULT.headerBytesMax());
    int connections = limits.integer("connections", Limits.DEFAULT.connectionsMax());
    int streams = limits.integer("streams", Limits.DEFAULT.streamsMax());
    int perTenant = limits.integer("streams_per_tenant", Limits.DEFAULT.streamsPerTenantMax());
    return limits.build(
        () -> new Limits(body, header, connections, streams, perTenant), Limits.DEFAULT);
  }

  private static RateLimit rateLimit(Section rate) {
    int requests = rate.integer("requests", RateLimit.DEFAULT.requests());
    var window = rate.seconds("window_seconds", RateLimit.DEFAULT.window());
    return rate.build(() -> new RateLimit(requests, window), RateLimit.DEFAULT);
  }

  private static EgressConfig egress(Section egress) {
    var allow =
        egress.parsedEach(
            "allow",
            List.of(),
            EgressRule::parse,
            "must be a network such as 10.0.0.0/8, an address or a host name");
    return egress.build(() -> new EgressConfig(allow), EgressConfig.DEFAULT);
  }
}
