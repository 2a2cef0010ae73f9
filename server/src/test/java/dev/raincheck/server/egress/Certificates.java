package dev.raincheck.server.egress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority of its own for a test, made with the JDK's keytool. */
final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  Certificates(Path folder) throws Exception {
    this.folder = folder;
    keytool("-genkeypair", "-keystore", "ca.p12", "-alias", "ca", "-dname", "CN=Test authority",
        "-keyalg", "EC", "-ext", "bc:c", "-validity", "30");
    keytool("-exportcert", "-keystore", "ca.p12", "-alias", "ca", "-file", "ca.crt");
    keytool("-importcert", "-keystore", "trust.p12", "-alias", "ca", "-file", "ca.crt",
        "-noprompt");
  }

  /** Trusts the authority and nobody else. */
  KeyStore trust() throws GeneralSecurityException, IOException {
    return load("trust.p12");
  }

  /** A server's side with a certificate of the authority. */
  SSLContext server(String name, String from, int days) throws Exception {
    String store = name + ".p12";
    selfSigned(store, name, from, days);
    keytool("-certreq", "-keystore", store, "-alias", "server", "-file", "request");
    keytool("-gencert", "-keystore", "ca.p12", "-alias", "ca", "-infile", "request", "-outfile",
        "server.crt", "-ext", "san=dns:" + name, "-startdate", from, "-validity", "" + days);
    keytool("-importcert", "-keystore", store, "-alias", "ca", "-file", "ca.crt", "-noprompt");
    keytool("-importcert", "-keystore", store, "-alias", "server", "-file", "server.crt");
    return context(store);
  }

  /** A server's side with a certificate that nobody signed. */
  SSLContext selfSigned(String name) throws Exception {
    selfSigned("self.p12", name, "-1d", 10);
    return context("self.p12");
  }

  private void selfSigned(String store, String name, String from, int days) throws Exception {
    keytool("-genkeypair", "-keystore", store, "-alias", "server", "-dname", "CN=" + name,
        "-keyalg", "EC", "-ext", "san=dns:" + name, "-startdate", from, "-validity", "" + days);
  }

  private SSLContext context(String store) throws GeneralSecurityException, IOException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(store), PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private KeyStore load(String file) throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(file))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private void keytool(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    var process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    Process running = process.start();
    var said = new String(running.getInputStream().readAllBytes());
    if (running.waitFor() != 0) throw new IOException(said);
  }
}
