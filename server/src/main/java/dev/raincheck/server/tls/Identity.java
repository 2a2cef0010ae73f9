package dev.raincheck.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the server shows: its certificate, then those that lead to an authority, and the key that
 * belongs to the first.
 *
 * @param chain not empty; the server's own certificate first
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
  private static final Duration EXPIRES_SOON = Duration.ofDays(21);
  private static final char[] IN_MEMORY = new char[0];

  public Identity {
    chain = List.copyOf(chain);
  }

  /**
   * @throws UnusableTls if a file is not what it should be, or the key belongs to another
   *     certificate
   */
  static Identity of(PemFiles.Bytes pem, PemFiles files) throws UnusableTls {
    var chain = chain(pem.certificate(), files.certificate().toString());
    var key = PemKey.read(pem.privateKey(), files.privateKey().toString(), files.password());
    if (!belong(chain.getFirst().getPublicKey(), key)) {
      throw new UnusableTls(
          "the key in %s does not belong to the first certificate in %s"
              .formatted(files.privateKey(), files.certificate()));
    }
    for (int i = 1; i < chain.size(); i++) {
      if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
        throw new UnusableTls(
            ("certificate %d in %s is not the issuer of the one before it; put the server's own"
                    + " first, then its issuer, and so on")
                .formatted(i + 1, files.certificate()));
      }
    }
    return new Identity(chain, key);
  }

  private static List<X509Certificate> chain(byte[] pem, String file) throws UnusableTls {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new UnusableTls(file + " has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
      }
      return found;
    } catch (CertificateException broken) {
      throw new UnusableTls(file + " has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
  }

  /** What one signs, the other must be able to verify. */
  private static boolean belong(PublicKey publicKey, PrivateKey key) {
    try {
      var algorithm =
          switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
          };
      byte[] something = {1};
      var signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(something);
      byte[] signed = signer.sign();
      signer.initVerify(publicKey);
      signer.update(something);
      return signer.verify(signed);
    } catch (GeneralSecurityException different) {
      return false;
    }
  }

  /** When the first certificate of the chain to expire does so. */
  public Instant notAfter() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** A sentence when it is not valid now, or not for much longer. */
  public Optional<String> warning(Instant now) {
    var begins = chain.getFirst().getNotBefore().toInstant();
    if (now.isBefore(begins)) {
      return Optional.of("the certificate is not valid before %s".formatted(begins));
    }
    var left = Duration.between(now, notAfter());
    if (left.isNegative()) {
      return Optional.of("the certificate expired at %s; clients refuse it".formatted(notAfter()));
    }
    return left.compareTo(EXPIRES_SOON) < 0
        ? Optional.of(
            "the certificate expires at %s, in %d days".formatted(notAfter(), left.toDays()))
        : Optional.empty();
  }

  /** In the form that TLS libraries want; without a password, since it never leaves memory. */
  public KeyStore keyStore() {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, IN_MEMORY);
      store.setKeyEntry("server", key, IN_MEMORY, chain.toArray(X509Certificate[]::new));
      return store;
    } catch (IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("a key store in memory", impossible);
    }
  }
}
