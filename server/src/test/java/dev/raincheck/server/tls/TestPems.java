package dev.raincheck.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for tests, made with the JDK's keytool: their own authority, for this machine. */
public final class TestPems {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String HERE = "san=dns:localhost,ip:127.0.0.1";

  private final KeyStore store;

  private TestPems(KeyStore store) {
    this.store = store;
  }

  /** One that is made once and serves wherever it does not matter which. */
  public static TestPems any() {
    return Any.ONE;
  }

  private static final class Any {
    static final TestPems ONE = make("EC", "-validity", "30");
  }

  /**
   * @param algorithm of the key: RSA, EC or Ed25519
   * @param more for keytool, such as {@code -validity 30}
   */
  public static TestPems make(String algorithm, String... more) {
    try {
      var folder = Files.createTempDirectory("pems");
      var file = folder.resolve("store.p12");
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
      command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-keystore"));
      command.addAll(List.of(file.toString(), "-storepass", new String(PASSWORD), "-alias", "it"));
      command.addAll(List.of("-keyalg", algorithm, "-dname", "CN=localhost", "-ext", HERE));
      command.addAll(List.of(more));
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), US_ASCII);
      if (process.waitFor() != 0) throw new IOException(said);
      var store = KeyStore.getInstance(file.toFile(), PASSWORD);
      Files.delete(file);
      Files.delete(folder);
      return new TestPems(store);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  public String certificate() {
    try {
      return pem("CERTIFICATE", store.getCertificate("it").getEncoded());
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  public String privateKey() {
    try {
      return pem("PRIVATE KEY", store.getKey("it", PASSWORD).getEncoded());
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  static String pem(String kind, byte[] der) {
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, lines, kind);
  }

  /** Writes both, and names them. */
  public PemFiles writeTo(Path folder) throws IOException {
    var files = new PemFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"), Optional.empty());
    Files.writeString(files.certificate(), certificate());
    Files.writeString(files.privateKey(), privateKey());
    return files;
  }

  /** As a server shows it. */
  public Identity identity() {
    try {
      var files = new PemFiles(Path.of("cert"), Path.of("key"), Optional.empty());
      return Identity.of(
          new PemFiles.Bytes(certificate().getBytes(US_ASCII), privateKey().getBytes(US_ASCII)),
          files);
    } catch (UnusableTls failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A client's side that trusts this certificate and no other. */
  public SSLContext client() {
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("it", store.getCertificate("it"));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
