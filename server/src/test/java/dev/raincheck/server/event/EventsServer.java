package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Store;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.auth.AuthListener;
import dev.raincheck.server.auth.Jwts;
import dev.raincheck.server.auth.KeyAuthentication;
import dev.raincheck.server.auth.Quotas;
import dev.raincheck.server.auth.StandIns;
import dev.raincheck.server.auth.Standing;
import dev.raincheck.server.config.RateLimit;
import dev.raincheck.server.http.Door;
import dev.raincheck.server.http.HttpLimits;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.HttpSettings;
import dev.raincheck.server.http.RequestListener;
import dev.raincheck.server.http.Routes;
import dev.raincheck.server.operation.BulkCancel;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.ListRoutes;
import dev.raincheck.server.operation.OperationRoutes;
import dev.raincheck.server.operation.OperationSettings;
import dev.raincheck.server.operation.RetryAfter;
import dev.raincheck.server.operation.TicketDoor;
import dev.raincheck.sqlite.SqliteConfig;
import dev.raincheck.sqlite.SqliteStore;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A whole server on a free port, whose operations do what the test says. */
final class EventsServer implements AutoCloseable {
  static final int TENANT = 1;
  static final int STREAMS_MAX = 2_000;
  static final int WAITS_PER_KEY = 20;
  private static final byte[] SECRET = "a secret of the server".getBytes(UTF_8);

  /** An attempt in the test's hands. */
  record Attempt(Context context, CompletableFuture<Result> end) {}

  private final ConcurrentHashMap<OperationId, CompletableFuture<Attempt>> attempts = new ConcurrentHashMap<>();
  private final Raincheck raincheck;
  private final HttpServer http;
  final OpenStreams streams;

  EventsServer(Store store, InstantSource clock) throws IOException {
    this(store, clock, STREAMS_MAX, RateLimit.DEFAULT);
  }

  EventsServer(Store store, InstantSource clock, int streamsMax, RateLimit rate) throws IOException {
    var operations = new AtomicReference<Operations>();
    raincheck =
        Raincheck.on(store)
            .clock(clock)
            .type(OperationType.staged("held", this::hold).withSlots(100))
            .type(OperationType.of("echo", (input, _) -> Result.bytes(input.bytes(), input.mediaType())))
            .type(OperationType.of("flaky", (_, _) -> Result.retry("x_flaky", 500, "Again.", null)).promising(often()))
            .type(BulkCancel.type(operations::get))
            .start();
    operations.set(raincheck.operations());
    var base = URI.create("https://api.example.com");
    var quotas = new Quotas(rate, WAITS_PER_KEY, clock);
    var settings = new OperationSettings(base, Duration.ofSeconds(30), Map.of(), 4 << 20);
    var alarms = raincheck.engine().alarms();
    var retryAfter = RetryAfter.byLoad(clock, new Random(1));
    var standing = new Standing(raincheck.keys(), Jwts.none(), clock);
    streams = new OpenStreams(STREAMS_MAX, streamsMax, standing::isGood, clock, alarms);
    var events =
        new EventRoutes(raincheck.engine(), settings, Callers.BY_KEY, alarms, SECRET, retryAfter, streams);
    var routes =
        events.with(
            new OperationRoutes(operations.get(), settings, Callers.BY_KEY, alarms, retryAfter).all());
    routes.addAll(
        new ListRoutes(operations.get(), settings, Callers.BY_KEY, alarms, SECRET, retryAfter, clock)
            .all());
    http =
        HttpServer.start(
            new HttpSettings(base, HttpLimits.DEFAULT),
            List.of(
                new Door(
                    "main", "127.0.0.1", 0, new Routes(routes),
                    new TicketDoor(
                        KeyAuthentication.forEveryone(
                            raincheck.keys(), quotas, Jwts.none(), AuthListener.NONE, true),
                        operations.get(), SECRET, new StandIns(standing, quotas)::of, AuthListener.NONE, clock),
                    quotas)),
            RequestListener.NONE,
            new Random(1),
            System::nanoTime);
  }

  static Store open(String store, Path folder, InstantSource clock) {
    return store.equals("memory")
        ? new MemoryStore(clock)
        : SqliteStore.open(
            SqliteConfig.at(folder.resolve("events.db")).withReserveBytes(0), clock, System::nanoTime);
  }

  static ManualClock clock() {
    return ManualClock.at("2026-11-24T08:00:00Z");
  }

  private CompletableFuture<Result> hold(Input input, Context context) {
    var end = new CompletableFuture<Result>();
    attempts
        .computeIfAbsent(context.operationId(), _ -> new CompletableFuture<>())
        .complete(new Attempt(context, end));
    return end;
  }

  private static Promise often() {
    var usual = Promise.DEFAULT;
    return new Promise(
        80, new Promise.Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1)), false, true,
        usual.deadLetters(), usual.attemptTimeout(), null, null, null, null, null, usual.keepKey());
  }

  OperationId submit(String type) {
    return submit(type, UnaryOperator.identity());
  }

  OperationId submit(String type, UnaryOperator<NewOperation> more) {
    var what = more.apply(NewOperation.of(TENANT, type, null));
    return ((Submitted.Accepted) raincheck.operations().submit(what).join()).operation().id();
  }

  OperationId submit(String type, List<String> tags, String correlation) {
    return submit(
        type,
        what ->
            new NewOperation(
                what.tenant(), what.type(), null, null, null, null, what.metadata(), tags, correlation, null, null,
                what.fingerprint(), null, null));
  }

  /** As one command. */
  void publish(int tenant, Fact... facts) {
    var outcome = raincheck.engine().ledger().hand(new Command.Publish(tenant, List.of(facts))).join();
    if (!(outcome instanceof Outcome.Published)) throw new AssertionError(outcome);
  }

  /** The attempt of a held operation, once it has begun. */
  Attempt attempt(OperationId id) {
    return attempts.computeIfAbsent(id, _ -> new CompletableFuture<>()).join();
  }

  void end(OperationId id) {
    attempt(id).end().complete(Result.json("{\"pages\": 3,\n\"ok\": true}"));
  }

  Operations operations() {
    return raincheck.operations();
  }

  ApiKeys keys() {
    return raincheck.keys();
  }

  StreamClient connect(String path, String... headers) throws IOException {
    return new StreamClient(http.port("main"), "GET", path, "", headers);
  }

  StreamClient stream(String path, String... headers) throws IOException {
    return connect(path, Stream.concat(Stream.of("Accept: text/event-stream"), Stream.of(headers)).toArray(String[]::new));
  }

  StreamClient head(String path, String... headers) throws IOException {
    return new StreamClient(http.port("main"), "HEAD", path, "", headers);
  }

  /** With a short body of JSON. */
  StreamClient post(String path, String json, String... headers) throws IOException {
    var own = Stream.of("Content-Type: application/json", "Content-Length: " + json.length());
    var all = Stream.concat(own, Stream.of(headers)).toArray(String[]::new);
    return new StreamClient(http.port("main"), "POST", path, json, all);
  }

  void beginDrain() {
    http.stopAccepting("main");
    raincheck.engine().beginDrain();
  }

  boolean awaitQuiet() throws InterruptedException {
    return http.awaitQuiet(Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    raincheck.engine().beginDrain();
    http.close();
    raincheck.close();
  }
}
