package dev.raincheck.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that {@code raincheck.yaml} says.
 *
 * @param publicUrl what clients call us, without a slash at the end; empty: the listener's address
 * @param adminListen empty: no admin listener
 * @param tls empty: plain HTTP
 * @param maxWait the longest time that a request may wait for an operation
 * @param waitsPerKey how many requests of one API key may wait at a time
 * @param drain how long a stop waits for what is under way
 * @param operations by name, in the order of the file
 */
public record ServerConfig(
    HostPort listen,
    Optional<URI> publicUrl,
    Optional<HostPort> adminListen,
    Optional<TlsConfig> tls,
    StoreConfig store,
    Durability durability,
    Duration maxWait,
    int waitsPerKey,
    Duration drain,
    Limits limits,
    RateLimit rateLimit,
    EgressConfig egress,
    CorsConfig cors,
    AuthConfig auth,
    LogConfig log,
    Map<String, TypeConfig> operations) {

  /** An empty file: loopback only, one SQLite file in the working directory, no types. */
  public static final ServerConfig DEFAULT =
      new ServerConfig(
          new HostPort("127.0.0.1", 8080),
          Optional.empty(),
          Optional.of(new HostPort("127.0.0.1", 8081)),
          Optional.empty(),
          new StoreConfig.Sqlite(Path.of("raincheck.db")),
          Durability.STRICT,
          Duration.ofSeconds(30),
          20,
          Duration.ofSeconds(30),
          Limits.DEFAULT,
          RateLimit.DEFAULT,
          EgressConfig.DEFAULT,
          CorsConfig.DEFAULT,
          AuthConfig.DEFAULT,
          LogConfig.DEFAULT,
          Map.of());

  public ServerConfig {
    operations = Collections.unmodifiableMap(new LinkedHashMap<>(operations));
    var checks =
        new Checks()
            .rule(
                "admin_listen",
                listen.port() == 0 || !adminListen.equals(Optional.of(listen)),
                listen,
                "must differ from listen")
            .rule(
                "public_url",
                publicUrl.isPresent() || !listen.isWildcard(),
                "",
                "is needed, because clients cannot call " + listen)
            .seconds("max_wait_seconds", maxWait, 0, 55)
            .range("waits_per_key", waitsPerKey, 1, 100_000)
            .seconds("drain_seconds", drain, 0, 3_600);
    publicUrl.ifPresent(
        url ->
            checks.rule(
                "public_url",
                Urls.isHttp(url) && url.getQuery() == null && !url.getPath().endsWith("/"),
                url,
                "must be an absolute http:// or https:// URL without a query and a slash at the"
                    + " end"));
    agree(operations, checks);
    checks.done();
  }

  /** The base of all URLs that we give out, for a listener bound to {@code port}. */
  public URI publicUrl(int port) {
    var scheme = tls.isPresent() ? "https://" : "http://";
    return publicUrl.orElseGet(() -> URI.create(scheme + new HostPort(listen.host(), port)));
  }

  /** What is allowed but worth knowing before the server starts; each a sentence. */
  public List<String> notes() {
    var notes = new ArrayList<String>();
    if (!listen.isLoopback() && auth.jwt().isEmpty()) {
      notes.add(
          ("listen: %s can be reached from other machines, so the server starts only when there are"
                  + " API keys; create one with `raincheck keys create`.")
              .formatted(listen));
    }
    adminListen
        .filter(admin -> !admin.isLoopback())
        .ifPresent(
            admin ->
                notes.add(
                    ("admin_listen: %s can be reached from other machines; whoever has an admin"
                            + " key can change keys there.")
                        .formatted(admin)));
    if (tls.isPresent() && publicUrl.filter(url -> "http".equals(url.getScheme())).isPresent()) {
      notes.add("public_url: is http://, but the listener speaks TLS.");
    }
    if (durability == Durability.RELAXED) {
      notes.add("durability: relaxed may lose the last accepted operations in a power cut.");
    }
    notes.addAll(auth.notes());
    if (operations.isEmpty()) {
      notes.add("operations: there are none, so every submit will be refused.");
    }
    return List.copyOf(notes);
  }

  /** What no type can see alone: unique routes, shared queues. */
  private static void agree(Map<String, TypeConfig> operations, Checks checks) {
    var routes = new HashMap<String, String>();
    var queues = new HashMap<String, TypeConfig>();
    operations.forEach(
        (name, type) -> {
          var key = "operations." + name + ".";
          checks.rule(
              key.substring(0, key.length() - 1),
              name.equals(type.name()),
              type.name(),
              "must be listed under its own name");
          type.route()
              .ifPresent(
                  route -> {
                    var other = routes.putIfAbsent(route, name);
                    checks.rule(
                        key + "route", other == null, route, "is already the route of " + other);
                  });
          var first = queues.putIfAbsent(type.queue().name(), type);
          if (first != null) {
            checks
                .rule(
                    key + "concurrency",
                    first.queue().concurrency() == type.queue().concurrency(),
                    type.queue().concurrency(),
                    sharedQueue(first, first.queue().concurrency()))
                .rule(
                    key + "cluster_concurrency",
                    first.queue().clusterConcurrency().equals(type.queue().clusterConcurrency()),
                    limit(type.queue()),
                    sharedQueue(first, limit(first.queue())))
                .rule(
                    key + "max_depth",
                    first.queue().depthMax() == type.queue().depthMax(),
                    type.queue().depthMax(),
                    sharedQueue(first, first.queue().depthMax()));
          }
        });
  }

  private static String limit(QueueConfig queue) {
    return queue.clusterConcurrency().stream().mapToObj(String::valueOf).findFirst().orElse("none");
  }

  private static String sharedQueue(TypeConfig first, Object value) {
    return "must be %s as in %s, which shares the queue %s"
        .formatted(value, first.name(), first.queue().name());
  }
}
