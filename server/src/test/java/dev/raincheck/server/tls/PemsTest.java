package dev.raincheck.server.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and keys as operators have them, and what is said of those that will not do. */
class PemsTest {
  /** Within the life of every certificate that a test makes. */
  private static final Instant NOW = Instant.now().plusSeconds(600);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void keys_of_each_kind_can_be_read(String algorithm) throws Exception {
    var identity = TestPems.make(algorithm, "-validity", "90").writeTo(folder).read();

    assertThat(identity.chain()).hasSize(1);
    assertThat(identity.warning(NOW)).isEmpty();
    assertThat(identity.notAfter())
        .isBetween(NOW.plus(Duration.ofDays(89)), NOW.plus(Duration.ofDays(91)));
  }

  /** Made with openssl, as operators do; the password is open-sesame. */
  @Test
  void an_encrypted_key_needs_its_password() throws Exception {
    var files = new PemFiles(resource("encrypted-cert.pem"), resource("encrypted-key.pem"), Optional.empty());

    assertThat(with(files, "open-sesame").read().chain()).hasSize(1);
    assertThatThrownBy(files::read).hasMessageContaining("tls.private_key_password");
    assertThatThrownBy(() -> with(files, "wrong").read()).hasMessageContaining("password right");
    assertThat(with(files, "open-sesame").toString()).doesNotContain("sesame");
  }

  private static Path resource(String name) throws Exception {
    return Path.of(PemsTest.class.getResource(name).toURI());
  }

  private static PemFiles with(PemFiles files, String password) {
    return new PemFiles(files.certificate(), files.privateKey(), Optional.of(password));
  }

  @Test
  void the_key_of_another_certificate_is_refused() throws Exception {
    var files = TestPems.any().writeTo(folder);
    Files.writeString(files.privateKey(), TestPems.make("EC").privateKey());
    assertThatThrownBy(files::read).hasMessageContaining("does not belong");

    Files.writeString(files.privateKey(), TestPems.make("RSA").privateKey());
    assertThatThrownBy(files::read).hasMessageContaining("does not belong");
  }

  @Test
  void what_is_no_key_or_certificate_is_told_without_showing_it() throws Exception {
    var files = TestPems.any().writeTo(folder);
    record Wrong(String text, String told) {}
    for (var wrong :
        List.of(
            new Wrong("", "no private key"),
            new Wrong(TestPems.any().certificate(), "no private key"),
            new Wrong(TestPems.pem("RSA PRIVATE KEY", new byte[99]), "openssl pkcs8"),
            new Wrong(TestPems.pem("EC PRIVATE KEY", new byte[99]), "openssl pkcs8"),
            new Wrong(TestPems.pem("PRIVATE KEY", new byte[99]), "not one of RSA"),
            new Wrong(TestPems.pem("ENCRYPTED PRIVATE KEY", new byte[99]), "password"))) {
      Files.writeString(files.privateKey(), wrong.text);
      assertThatThrownBy(files::read)
          .isInstanceOf(UnusableTls.class)
          .hasMessageContaining(wrong.told)
          .hasMessageNotContaining("AAAA");
    }
    TestPems.any().writeTo(folder);
    Files.writeString(files.certificate(), "hello");
    assertThatThrownBy(files::read).hasMessageContaining("no certificate in PEM");
    Files.delete(files.certificate());
    assertThatThrownBy(files::read).hasMessageContaining("is not there");
  }

  @Test
  void a_chain_out_of_order_is_refused() throws Exception {
    var files = TestPems.any().writeTo(folder);
    Files.writeString(
        files.certificate(),
        TestPems.any().certificate() + TestPems.make("EC", "-dname", "CN=other").certificate());

    assertThatThrownBy(files::read).hasMessageContaining("is not the issuer");
  }

  @Test
  void one_that_expires_soon_has_or_is_not_valid_yet_is_warned_of() {
    var identity = TestPems.make("EC", "-validity", "30").identity();

    assertThat(identity.warning(NOW)).isEmpty();
    assertThat(identity.warning(NOW.plus(Duration.ofDays(20))).orElseThrow())
        .contains("expires at", "in 9 days");
    assertThat(identity.warning(NOW.plus(Duration.ofDays(31))).orElseThrow()).contains("expired at");
    assertThat(identity.warning(NOW.minus(Duration.ofDays(1))).orElseThrow())
        .contains("not valid before");
  }

  @Test
  void a_change_is_passed_on_once_and_a_broken_one_changes_nothing() throws Exception {
    var files = TestPems.any().writeTo(folder);
    var used = new ArrayList<Identity>();
    var watch = PemWatch.start(files, NOW);
    watch.tell(used::add);

    watch.runOnce(NOW);
    assertThat(used).isEmpty();
    assertThat(watch.current()).isEqualTo(TestPems.any().identity());

    var next = TestPems.make("RSA", "-validity", "60");
    Files.writeString(files.certificate(), next.certificate()); // the key comes a moment later
    watch.runOnce(NOW);
    watch.runOnce(NOW);
    assertThat(used).isEmpty();
    assertThat(watch.current()).isEqualTo(TestPems.any().identity());

    Files.writeString(files.privateKey(), next.privateKey());
    watch.runOnce(NOW);
    watch.runOnce(NOW);
    assertThat(used).containsExactly(next.identity());

    Files.write(files.certificate(), "nothing".getBytes(US_ASCII));
    watch.runOnce(NOW);
    Files.delete(files.certificate());
    watch.runOnce(NOW);
    assertThat(used).hasSize(1);
    assertThat(watch.current()).isEqualTo(next.identity());
  }
}
