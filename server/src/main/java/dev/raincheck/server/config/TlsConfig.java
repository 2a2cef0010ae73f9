package dev.raincheck.server.config;

import dev.raincheck.server.tls.PemFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS on the listener.
 *
 * @param certificate PEM: the server's own, then those that lead to an authority
 * @param privateKey PEM, PKCS#8
 * @param password of the key, if it is encrypted
 * @param admin whether the admin listener speaks TLS, too
 */
public record TlsConfig(
    Path certificate, Path privateKey, Optional<Secret> password, boolean admin) {

  public PemFiles files() {
    return new PemFiles(certificate, privateKey, password.map(Secret::reveal));
  }
}
