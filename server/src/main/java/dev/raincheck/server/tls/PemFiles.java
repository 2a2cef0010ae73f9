package dev.raincheck.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the certificate and its key are.
 *
 * @param certificate the server's own certificate, then those that lead to an authority, in PEM
 * @param privateKey in PEM, PKCS#8
 * @param password of the key, if it is encrypted
 */
public record PemFiles(Path certificate, Path privateKey, Optional<String> password) {
  private static final int BYTES_MAX = 1 << 20;

  /** What the two files hold. */
  @SuppressWarnings("ArrayRecordComponent")
  record Bytes(byte[] certificate, byte[] privateKey) {
    boolean sameAs(Bytes other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(privateKey, other.privateKey);
    }
  }

  /** Reads and checks both. */
  public Identity read() throws UnusableTls {
    return Identity.of(bytes(), this);
  }

  Bytes bytes() throws UnusableTls {
    return new Bytes(bytes(certificate), bytes(privateKey));
  }

  private static byte[] bytes(Path file) throws UnusableTls {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) throw new UnusableTls(file + " is longer than 1 MiB");
      return bytes;
    } catch (NoSuchFileException absent) {
      throw new UnusableTls(file + " is not there");
    } catch (IOException unreadable) {
      throw new UnusableTls(file + " cannot be read");
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s with %s".formatted(certificate, privateKey);
  }
}
