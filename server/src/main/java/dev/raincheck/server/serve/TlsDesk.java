package dev.raincheck.server.serve;

import dev.raincheck.pace.Pacemaker;
import dev.raincheck.server.config.TlsConfig;
import dev.raincheck.server.http.Tls;
import dev.raincheck.server.metrics.Metrics;
import dev.raincheck.server.tls.PemWatch;
import dev.raincheck.server.tls.UnusableTls;
import java.time.Duration;
import java.time.InstantSource;

/** The certificate of a running server, and its renewal. */
final class TlsDesk implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Tls tls;
  private final Pacemaker pacemaker;

  private TlsDesk(Tls tls, PemWatch watch, InstantSource clock) {
    this.tls = tls;
    this.pacemaker = new Pacemaker("certificates", clock);
    pacemaker.every(LOOK_EVERY, "certificate", watch);
    pacemaker.start();
  }

  /**
   * @throws RefusedStart if the certificate or its key cannot be used
   */
  static TlsDesk start(TlsConfig config, InstantSource clock, Metrics metrics) {
    try {
      var watch = PemWatch.start(config.files(), clock.instant());
      var tls = new Tls(watch.current());
      watch.tell(tls::use);
      metrics.watchCertificate(() -> watch.current().notAfter());
      return new TlsDesk(tls, watch, clock);
    } catch (UnusableTls unusable) {
      throw new RefusedStart("tls: " + unusable.getMessage());
    }
  }

  Tls tls() {
    return tls;
  }

  @Override
  public void close() {
    pacemaker.close();
  }
}
