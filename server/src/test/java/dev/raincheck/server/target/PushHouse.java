package dev.raincheck.server.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Submitted;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.config.EgressConfig;
import dev.raincheck.server.config.TargetConfig;
import dev.raincheck.server.egress.NameResolver;
import dev.raincheck.server.http.Door;
import dev.raincheck.server.http.HttpLimits;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.HttpSettings;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Routes;
import dev.raincheck.testkit.MemoryBlobs;
import dev.raincheck.testkit.MemoryStore;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** An engine whose one type is performed by a target, and the front door for its call backs. */
final class PushHouse implements AutoCloseable {
  static final int TENANT = 1;
  static final String TYPE = "report.generate";
  static final Input INPUT = new Input("{\"n\":1}".getBytes(UTF_8), "application/json");

  /** Three attempts without a pause between them. */
  static final Promise QUICK = promise(3, Duration.ofSeconds(20));

  /** Every name leads to this machine. */
  private static final NameResolver NAMES = _ -> List.of(InetAddress.ofLiteral("127.0.0.1"));

  /** What a log of requests may show. */
  final Queue<String> logged = new ConcurrentLinkedQueue<>();

  private final AtomicReference<URI> publicUrl = new AtomicReference<>();
  private final PushTargets targets;
  final MemoryBlobs blobs = new MemoryBlobs(InstantSource.system());
  private final Raincheck raincheck;
  private final HttpServer http;

  PushHouse(TargetConfig target, Promise promise, Duration answerWithin) throws Exception {
    var clock = InstantSource.system();
    var tokens = new CallbackTokens("0123456789abcdef0123456789abcdef".getBytes(UTF_8));
    targets =
        new PushTargets(
            EgressConfig.DEFAULT,
            List.of(target),
            publicUrl::get,
            tokens,
            "1.2.3",
            NAMES,
            clock,
            new Random(7));
    var type = OperationType.of(TYPE, (_, _) -> null);
    var pushed =
        new OperationType(
            TYPE,
            "",
            targets.handler(target, answerWithin),
            promise,
            TYPE,
            /* slots= */ 1,
            type.clusterSlots(),
            type.threads(),
            5,
            1_000,
            type.accepts(),
            type.inputMax(),
            answerWithin,
            type.idempotency(),
            type.schemas());
    raincheck = Raincheck.on(new MemoryStore(clock)).blobs(blobs).type(pushed).start();
    var routes =
        new CallbackRoutes(operations(), tokens, target.responseBytesMax(), clock).routes();
    http =
        HttpServer.start(
            new HttpSettings(URI.create("https://api.example.com"), HttpLimits.DEFAULT),
            List.of(
                new Door(
                    "main",
                    "127.0.0.1",
                    0,
                    new Routes(routes),
                    _ -> {
                      throw new RefusedException(ProblemCode.UNAUTHORIZED, "Send a key.");
                    },
                    _ -> List.of())),
            finished -> logged.add(finished.toString()),
            new Random(1),
            System::nanoTime);
    publicUrl.set(URI.create("http://127.0.0.1:" + http.port("main")));
  }

  static Promise promise(int attempts, Duration attemptTimeout) {
    var d = Promise.DEFAULT;
    return new Promise(
        attempts,
        new Promise.Backoff(Duration.ZERO, 1, Duration.ZERO),
        false,
        true,
        EnumSet.of(Promise.DeadLetter.EXHAUSTED),
        attemptTimeout,
        null,
        d.operationTimeout(),
        null,
        d.keep(),
        null,
        d.keepKey());
  }

  Operations operations() {
    return raincheck.operations();
  }

  OperationId submit() throws Exception {
    return submit(NewOperation.of(TENANT, TYPE, INPUT));
  }

  OperationId submit(NewOperation what) throws Exception {
    var submitted = operations().submit(what).get(10, TimeUnit.SECONDS);
    return ((Submitted.Accepted) submitted).operation().id();
  }

  Operation done(OperationId id) throws Exception {
    return until(id, Operation::done);
  }

  Operation until(OperationId id, Predicate<Operation> wanted) throws Exception {
    try (var wait = operations().waits().until(id, wanted)) {
      var now = operation(id);
      if (wanted.test(now)) return now;
      wait.woken().get(20, TimeUnit.SECONDS);
    }
    return operation(id);
  }

  Operation operation(OperationId id) {
    return ((Reader.Found.Here) operations().find(TENANT, id)).operation();
  }

  @Override
  public void close() {
    http.close();
    raincheck.close();
    targets.close();
  }
}
