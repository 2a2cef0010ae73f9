package dev.raincheck.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.blob.Blobs;
import dev.raincheck.event.Outbox;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.operation.Engine;
import dev.raincheck.operation.Slots;
import dev.raincheck.server.event.OpenStreams;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The node's metrics, and the route that tells them. No tenant's name is ever a label. */
public final class Metrics implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OperationMetrics operations = new OperationMetrics(registry);
  private final HttpMetrics requests = new HttpMetrics(registry);
  private final AuthMetrics credentials = new AuthMetrics(registry);
  private final InstantSource clock;
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private volatile Runnable beforeScrape = () -> {};

  public Metrics(InstantSource clock) {
    this.clock = clock;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Told of each commit. */
  public OperationMetrics operations() {
    return operations;
  }

  /** Told of each finished request. */
  public HttpMetrics requests() {
    return requests;
  }

  /** Told of each credential. */
  public AuthMetrics credentials() {
    return credentials;
  }

  /** What the engine and the front know about themselves now. */
  public void watch(Engine engine, HttpServer front) {
    gauge("raincheck.attempts.running", "Attempts under way on this node", engine::underWay);
    gauge("raincheck.waits", "Requests that wait for an operation", () -> engine.operations().waits().count());
    gauge("raincheck.ledger.waiting", "Commands that wait for their commit", () -> engine.ledger().waiting());
    ledger(engine.ledger());
    for (var queue : engine.slots()) slots(engine, queue.queue());
    gauge("raincheck.http.requests.active", "Requests being answered", front::requests);
    gauge("raincheck.http.connections", "Open connections", front::connections);
    gauge("raincheck.blobs", "Blobs that operations refer to", () -> engine.blobs().counted().count());
    gauge("raincheck.blob.bytes", "Bytes of these blobs", () -> engine.blobs().counted().bytes());
    FunctionCounter.builder("raincheck.blobs.swept", engine.blobs(), Blobs::swept)
        .description("Blobs that nothing referred to, removed by the sweep")
        .register(registry);
    var depths = new DepthMetrics(registry, engine::depths, clock);
    beforeScrape = depths::refresh;
  }

  /** What becomes of the outbox, where the store has one. */
  public void watch(Outbox outbox) {
    FunctionCounter.builder("raincheck.outbox.published", outbox, Outbox::published)
        .description("Events that this node has moved from the outbox into the log")
        .register(registry);
    FunctionCounter.builder("raincheck.outbox.set.aside", outbox, Outbox::setAside)
        .description("Rows of the outbox that could not be published: they are in the table outbox_problem")
        .register(registry);
    gauge("raincheck.outbox.oldest.age.seconds", "How long the event has waited that waits the longest", () -> age(outbox));
  }

  private Number age(Outbox outbox) {
    var oldest = outbox.oldest();
    return oldest == null ? 0 : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0);
  }

  private void ledger(Ledger ledger) {
    FunctionCounter.builder("raincheck.ledger.batches", ledger, one -> one.effort().batches())
        .description("Transactions of the ledger")
        .register(registry);
    FunctionCounter.builder("raincheck.ledger.commands", ledger, one -> one.effort().commands())
        .description("Commands in these transactions")
        .register(registry);
    FunctionCounter.builder("raincheck.ledger.busy", ledger, one -> one.effort().busy().toNanos() / 1e9)
        .description("The writer's time in transactions: near 1 a second, the store is what binds")
        .baseUnit("seconds")
        .register(registry);
    FunctionCounter.builder("raincheck.ledger.store", ledger, one -> one.effort().inStore().toNanos() / 1e9)
        .description("The part of it that the store took")
        .baseUnit("seconds")
        .register(registry);
  }

  private void slots(Engine engine, String queue) {
    Gauge.builder("raincheck.slots", () -> use(engine, queue).limit())
        .description("Attempts that this node may run at a time, by queue")
        .tag("queue", queue)
        .register(registry);
    Gauge.builder("raincheck.slots.taken", () -> use(engine, queue).taken())
        .description("How many of these it runs")
        .tag("queue", queue)
        .register(registry);
  }

  private static Slots.Use use(Engine engine, String queue) {
    return engine.slots().stream().filter(use -> use.queue().equals(queue)).findFirst().orElseThrow();
  }

  /** What is known of open streams. */
  public void watch(OpenStreams streams) {
    gauge("raincheck.streams.open", "Event streams that are open", streams::open);
    counter("raincheck.streams.events.sent", "Events sent, one for each stream", streams, OpenStreams::eventsSent);
    counter("raincheck.streams.readers.cut", "Streams cut because they were not read", streams, OpenStreams::readersCut);
    counter("raincheck.streams.turned.away", "Streams not opened: there were too many", streams, OpenStreams::turnedAway);
  }

  private void counter(String name, String help, OpenStreams streams, ToDoubleFunction<OpenStreams> value) {
    FunctionCounter.builder(name, streams, value).description(help).register(registry);
  }

  /** When the TLS certificate that is in use expires. */
  public void watchCertificate(Supplier<Instant> notAfter) {
    gauge(
        "raincheck.tls.certificate.expiry.seconds",
        "When the certificate in use expires, in seconds since 1970",
        () -> notAfter.get().getEpochSecond());
  }

  private void gauge(String name, String help, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).register(registry);
  }

  public Route route() {
    return Route.get("/metrics", this::answer).forAnyone();
  }

  private Answer answer(Request request) {
    beforeScrape.run();
    return Response.status(200).body(TEXT, registry.scrape().getBytes(UTF_8));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
