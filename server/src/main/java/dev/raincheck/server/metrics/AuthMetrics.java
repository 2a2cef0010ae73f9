package dev.raincheck.server.metrics;

import dev.raincheck.server.auth.AuthListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts credentials by what they were and what became of them, and readings of issuers' keys. */
public final class AuthMetrics implements AuthListener {
  private final MeterRegistry registry;
  private final Map<Decision, Counter> decisions = new ConcurrentHashMap<>();
  private final Map<Reading, Counter> readings = new ConcurrentHashMap<>();

  private record Decision(Kind kind, String outcome) {}

  private record Reading(String issuer, boolean well) {}

  AuthMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void decided(Kind kind, String outcome) {
    decisions.computeIfAbsent(new Decision(kind, outcome), this::counter).increment();
  }

  @Override
  public void keysRead(String issuer, boolean well) {
    readings.computeIfAbsent(new Reading(issuer, well), this::counter).increment();
  }

  private Counter counter(Decision decision) {
    return Counter.builder("raincheck.auth.credentials")
        .description("Credentials that were presented, and what became of them")
        .tag("kind", decision.kind().name().toLowerCase(Locale.ROOT))
        .tag("outcome", decision.outcome())
        .register(registry);
  }

  private Counter counter(Reading reading) {
    return Counter.builder("raincheck.auth.issuer.keys.reads")
        .description("Readings of issuers' public keys")
        .tag("issuer", reading.issuer())
        .tag("outcome", reading.well() ? OK : "failed")
        .register(registry);
  }
}
