package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Store;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.pace.Alarms;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.auth.AuthListener;
import dev.raincheck.server.document.DocumentRoutes;
import dev.raincheck.server.event.EventRoutes;
import dev.raincheck.server.event.OpenStreams;
import dev.raincheck.server.http.Cors;
import dev.raincheck.server.http.Door;
import dev.raincheck.server.http.HttpLimits;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.HttpSettings;
import dev.raincheck.server.http.QuotaHeaders;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.RequestListener;
import dev.raincheck.server.http.Routes;
import dev.raincheck.server.http.Tls;
import dev.raincheck.server.operation.BulkCancel;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.ListRoutes;
import dev.raincheck.server.operation.OperationRoutes;
import dev.raincheck.server.operation.OperationSettings;
import dev.raincheck.server.operation.RetryAfter;
import dev.raincheck.server.operation.TicketDoor;
import dev.raincheck.server.tls.TestPems;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A whole server on one store, with the operation types and the callers that golden files use. */
final class GoldenServer implements AutoCloseable {
  static final String BASE = "https://api.example.com";

  private final Raincheck raincheck;
  private final Alarms alarms = new Alarms();
  private final HttpServer http;

  GoldenServer(Store store, @Nullable TestPems pems) throws IOException {
    this(store, GoldenTypes.all(), GoldenCaller.CALLERS, pems);
  }

  GoldenServer(Store store, List<OperationType> types, Callers callers) throws IOException {
    this(store, types, callers, null);
  }

  private GoldenServer(
      Store store, List<OperationType> types, Callers callers, @Nullable TestPems pems)
      throws IOException {
    var builder = Raincheck.on(store);
    types.forEach(builder::type);
    var operations = new AtomicReference<Operations>();
    raincheck = builder.type(BulkCancel.type(operations::get)).start();
    operations.set(raincheck.operations());
    var clock = InstantSource.system();
    var base = URI.create(BASE);
    var declared =
        types.stream().anyMatch(type -> type.name().equals("report.generate"))
            ? Map.of("/v1/reports", "report.generate")
            : Map.<String, String>of();
    var settings = new OperationSettings(base, Duration.ofSeconds(30), declared, 4 << 20);
    var retryAfter = RetryAfter.byLoad(clock, new SecureRandom());
    var routes =
        new OperationRoutes(raincheck.operations(), settings, callers, alarms, retryAfter);
    var secret = "the server's secret".getBytes(UTF_8);
    var lists =
        new ListRoutes(
            raincheck.operations(), settings, callers, alarms, secret, retryAfter, clock);
    var events =
        new EventRoutes(
            raincheck.engine(), settings, callers, alarms, secret, retryAfter,
            new OpenStreams(100, 100, _ -> true, clock, alarms));
    var operationRoutes =
        Stream.concat(events.with(routes.all()).stream(), lists.all().stream()).toList();
    var everyone =
        new TicketDoor(
            GoldenServer::caller, raincheck.operations(), secret, GoldenCaller::holder,
            AuthListener.NONE, clock);
    var documents =
        new DocumentRoutes(
            base, "1.2.3", operationRoutes, declared,
            List.copyOf(raincheck.operations().types().all()), everyone, callers);
    var all = Stream.concat(operationRoutes.stream(), documents.all().stream()).toList();
    var door =
        new Door(
            "main", "127.0.0.1", 0, new Routes(all), everyone, QuotaHeaders.NONE,
            Cors.NONE, pems == null ? null : new Tls(pems.identity()));
    http =
        HttpServer.start(
            new HttpSettings(base, HttpLimits.DEFAULT),
            List.of(door),
            RequestListener.NONE,
            new SecureRandom(),
            System::nanoTime);
  }

  private static GoldenCaller caller(Request request) {
    var credential = request.header("Authorization").orElse("Bearer everything");
    return GoldenCaller.of(credential.substring("Bearer ".length()))
        .orElseThrow(
            () -> new RefusedException(ProblemCode.UNAUTHORIZED, "The key is unknown."));
  }

  int port() {
    return http.port("main");
  }

  Raincheck raincheck() {
    return raincheck;
  }

  @Override
  public void close() {
    raincheck.operations().waits().release();
    raincheck.engine().feed().release();
    http.close();
    alarms.close();
    raincheck.close();
  }
}
