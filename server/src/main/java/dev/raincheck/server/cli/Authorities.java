package dev.raincheck.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Authorities of one's own, from a PEM file. */
final class Authorities {
  private Authorities() {}

  /** What believes them, and nobody else. */
  static SSLContext in(String file) {
    try (var in = Files.newInputStream(Path.of(file))) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int n = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + n++, certificate);
      }
      if (n == 0) throw unusable(file);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (InvalidPathException | IOException | GeneralSecurityException broken) {
      throw unusable(file);
    }
  }

  private static Failure unusable(String file) {
    return new Failure(
        ExitCode.USAGE, "--cacert: \"%s\" is not a PEM file with certificates".formatted(file));
  }
}
