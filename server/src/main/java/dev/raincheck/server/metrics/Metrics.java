package dev.raincheck.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.operation.Engine;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/** The node's metrics, and the route that tells them. No tenant's name is ever a label. */
public final class Metrics implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OperationMetrics operations = new OperationMetrics(registry);
  private final HttpMetrics requests = new HttpMetrics(registry);
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

  /** What the engine and the front know about themselves now. */
  public void watch(Engine engine, HttpServer front) {
    gauge("raincheck.attempts.running", "Attempts under way on this node", engine::underWay);
    gauge("raincheck.waits", "Requests that wait for an operation", () -> engine.operations().waits().count());
    gauge("raincheck.ledger.waiting", "Commands that wait for their commit", () -> engine.ledger().waiting());
    gauge("raincheck.http.requests.active", "Requests being answered", front::requests);
    gauge("raincheck.http.connections", "Open connections", front::connections);
    var depths = new DepthMetrics(registry, engine::depths, clock);
    beforeScrape = depths::refresh;
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
