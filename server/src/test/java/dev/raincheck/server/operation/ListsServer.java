package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.OperationType.Idempotency;
import dev.raincheck.operation.OperationType.Schemas;
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
import dev.raincheck.server.http.Routes;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryBlobs;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A whole server on a free port: real engine, in-memory store, a clock that the test moves. */
final class ListsServer implements AutoCloseable {
  static final URI BASE = URI.create("https://api.example.com");
  static final int TENANT = 1;

  static final int WAITS_PER_KEY = 20;

  /** How long results of the type of that name are kept. */
  static final Duration FLEETING = Duration.ofMinutes(1);

  private static final int PATIENCE_SECONDS = 30;

  final ManualClock clock = ManualClock.at("2026-11-24T08:00:00Z");
  private final ConcurrentHashMap<OperationId, CompletableFuture<Result>> stuck =
      new ConcurrentHashMap<>();
  private final AtomicReference<Operations> operations = new AtomicReference<>();
  final MemoryBlobs blobs = new MemoryBlobs(clock);
  private final Raincheck raincheck;
  private final HttpServer http;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ListsServer() throws IOException {
    raincheck =
        Raincheck.on(new MemoryStore(clock))
            .blobs(blobs)
            .clock(clock)
            .type(echo())
            .type(OperationType.of("long", ListsServer::streamed).accepting(List.of("*/*")))
            .type(OperationType.of("nothing", (_, _) -> Result.none()))
            .type(OperationType.staged("stuck", this::stuck).withSlots(1))
            .type(OperationType.staged("firm", this::stuck).promising(firm()))
            .type(
                OperationType.of(
                        "fleeting", (input, _) -> Result.bytes(input.bytes(), input.mediaType()))
                    .promising(fleeting()))
            .type(OperationType.of("refusing", (_, _) -> refusal()))
            .type(BulkCancel.type(operations::get))
            .start();
    operations.set(raincheck.operations());
    var quotas = new Quotas(RateLimit.DEFAULT, WAITS_PER_KEY, clock);
    var settings = new OperationSettings(BASE, Duration.ofSeconds(30), Map.of(), 4 << 20);
    var callers = Callers.BY_KEY;
    var alarms = raincheck.engine().alarms();
    var retryAfter = RetryAfter.byLoad(clock, new Random(1));
    var secret = "a secret of the server".getBytes(UTF_8);
    var lists =
        new ListRoutes(
            raincheck.operations(), settings, callers, alarms, secret, retryAfter, clock);
    var operationRoutes =
        new OperationRoutes(
            raincheck.operations(), settings, callers, alarms, retryAfter);
    var routes = Stream.concat(lists.all().stream(), operationRoutes.all().stream()).toList();
    http =
        HttpServer.start(
            new HttpSettings(BASE, HttpLimits.DEFAULT),
            List.of(
                new Door(
                    "main", "127.0.0.1", 0, new Routes(routes),
                    new TicketDoor(
                        KeyAuthentication.forEveryone(
                            raincheck.keys(), quotas, Jwts.none(), AuthListener.NONE, true),
                        raincheck.operations(), secret,
                        new StandIns(new Standing(raincheck.keys(), Jwts.none(), clock), quotas)::of,
                        AuthListener.NONE, clock),
                    quotas)),
            _ -> {},
            new Random(1),
            System::nanoTime);
  }

  /** A result of two million bytes, which is the input again and again. */
  private static Result streamed(Input input, Context context) throws IOException {
    try (var out = context.stream()) {
      while (out.size() < 2_000_000) out.write(input.bytes());
      return out.result(input.mediaType());
    }
  }

  private CompletableFuture<Result> stuck(Input input, Context context) {
    var end = new CompletableFuture<Result>();
    stuck.put(context.operationId(), end);
    return end;
  }

  /** Lets a stuck operation end, without a result. */
  void end(OperationId id) {
    stuck.get(id).complete(Result.none());
  }

  /** Lets the attempt of a stuck operation fail for good, which ends one that is being canceled. */
  void giveUp(OperationId id) {
    stuck.get(id).complete(Result.failed("x_gave_up", 500, "It was stuck."));
  }

  /** Returns when so many requests wait. */
  void awaitWaits(int count) {
    while (operations().waits().count() != count) Thread.onSpinWait();
  }

  private static OperationType echo() {
    var plain =
        OperationType.of("echo", (input, _) -> Result.bytes(input.bytes(), input.mediaType()));
    return new OperationType(
        plain.name(), "Gives back what it gets.", plain.handler(), plain.promise(), plain.queue(),
        plain.slots(), plain.clusterSlots(), plain.threads(), plain.priority(), plain.depthMax(), List.of("*/*"), 4 << 20,
        Duration.ofMillis(1_500), new Idempotency(true, Idempotency.Fingerprint.JCS),
        new Schemas("{\"type\":\"object\"}", null, "true"));
  }

  private static Promise firm() {
    var usual = Promise.DEFAULT;
    return new Promise(
        1, new Promise.Backoff(Duration.ofSeconds(2), 1.5, Duration.ofSeconds(9)), true, false,
        Set.of(), Duration.ofSeconds(60), Duration.ofSeconds(10), null, null, null, null,
        usual.keepKey());
  }

  private static Promise fleeting() {
    var usual = Promise.DEFAULT;
    return new Promise(
        1, usual.backoff(), false, true, Set.of(), usual.attemptTimeout(), null, null, null,
        Duration.ofHours(1), FLEETING, usual.keepKey());
  }

  private static Result refusal() {
    return new Result.Failed(
        new Failure(
            "x_no_paper", 422, "Out of paper", "There is no paper left.", false,
            "[{\"tray\":1.0}]"),
        false, null);
  }

  /** Makes a key; from then on one is needed. */
  String key(String tenant, String... scopes) {
    var created = raincheck.keys().create("test", tenant, Scopes.of(List.of(scopes)), null);
    return ((ApiKeys.Creation.Created) created).secret();
  }

  ApiKeys keys() {
    return raincheck.keys();
  }

  int tenant(String name) {
    return raincheck.keys().tenants().number(name).orElseThrow();
  }

  Operations operations() {
    return raincheck.operations();
  }

  OperationId submit(String type) throws Exception {
    return submit(NewOperation.of(TENANT, type, null));
  }

  OperationId submit(String type, String body, String mediaType) throws Exception {
    return submit(NewOperation.of(TENANT, type, new Input(body.getBytes(UTF_8), mediaType)));
  }

  OperationId submit(NewOperation what) throws Exception {
    var submitted = operations().submit(what).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return ((Submitted.Accepted) submitted).operation().id();
  }

  /** The same with tags and more, for what filters look at. */
  static NewOperation tagged(String type, String tag, String correlationId) {
    return new NewOperation(
        TENANT, type, null, null, null, null, Map.of(), List.of(tag), correlationId, null, null,
        new byte[0], null, null);
  }

  /** Returns when the operation is in that state. */
  OperationId await(OperationId id, String status) throws Exception {
    try (var waiter =
        operations().waits().until(id, operation -> operation.state().word().equals(status))) {
      if (operations().find(TENANT, id) instanceof Reader.Found.Here(var operation)
          && operation.state().word().equals(status)) return id;
      waiter.woken().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return id;
    }
  }

  /** Returns when a chore has found that the operation's result is over. */
  void awaitResultGone(OperationId id) throws Exception {
    try (var waiter = operations().waits().until(id, Operation::resultGone)) {
      if (operations().find(TENANT, id) instanceof Reader.Found.Here(var operation)
          && operation.resultGone()) return;
      waiter.woken().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** An operation that is done. */
  OperationId done(String type, String body, String mediaType) throws Exception {
    return await(submit(type, body, mediaType), type.equals("refusing") ? "failed" : "succeeded");
  }

  HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, null, headers);
  }

  HttpResponse<byte[]> post(String path, String json, String... headers) throws Exception {
    var all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Content-Type";
    all[1] = "application/json";
    return send("POST", path, json, all);
  }

  HttpResponse<byte[]> send(String method, String path, @Nullable String body, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** A request on its way, for what answers later. */
  CompletableFuture<HttpResponse<byte[]>> sending(String method, String path, String... headers) {
    var request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) request.headers(headers);
    return client.sendAsync(request.build(), BodyHandlers.ofByteArray());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(http.port("main"), path));
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }

  static String header(HttpResponse<byte[]> answer, String name) {
    return String.join("\n", answer.headers().allValues(name));
  }

  @Override
  public void close() {
    client.close();
    http.close();
    raincheck.close();
  }
}
