package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.http.FrameClient;
import dev.raincheck.server.tls.TestPems;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program with a certificate: served, told of, trusted by the command line, renewed. */
@Timeout(180)
class CertificateTest {
  private static final String YAML =
      """
      tls: {certificate: cert.pem, private_key: key.pem}
      """;

  @TempDir Path folder;

  @Test
  void it_is_shown_and_renewed_without_a_restart() throws Exception {
    var old = TestPems.any();
    var files = old.writeTo(folder);
    var installation = Installation.in(folder, YAML);
    try (var server = installation.start();
        var open = FrameClient.encrypted(installation.port(), old).begin()) {
      var url = "https://127.0.0.1:" + installation.port();
      assertThat(server.screen()).anyMatch(line -> line.contains(url));
      assertThat(open.get(1, "/readyz").reply(1)).isNotNull();

      var listed = installation.run("list", "--url", url, "--cacert", files.certificate().toString());
      assertThat(listed.text()).doesNotContain("TLS failed");
      assertThat(listed.code()).isZero();
      assertThat(installation.run("list", "--url", url).text()).contains("TLS failed");

      var metrics = Wire.get(installation.adminPort(), "/metrics").text();
      assertThat(metrics)
          .contains("raincheck_tls_certificate_expiry_seconds " + expiry(old));

      var next = TestPems.make("RSA", "-validity", "60");
      next.writeTo(folder);
      while (!isShown(next, url)) Thread.onSpinWait();
      assertThat(open.get(3, "/readyz").reply(3)).isNotNull();
      assertThatThrownBy(() -> FrameClient.encrypted(installation.port(), old))
          .isInstanceOf(IOException.class);
      assertThat(Wire.get(installation.adminPort(), "/metrics").text())
          .contains("raincheck_tls_certificate_expiry_seconds " + expiry(next));
    }
  }

  @Test
  void one_that_cannot_be_used_refuses_the_start() throws Exception {
    TestPems.any().writeTo(folder);
    Files.writeString(folder.resolve("key.pem"), TestPems.make("EC").privateKey());
    var ended = Installation.ended(Installation.in(folder, YAML).serve());

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.text()).contains("tls: the key in").contains("does not belong");
  }

  private static boolean isShown(TestPems pems, String url) throws Exception {
    try (var client = HttpClient.newBuilder().sslContext(pems.client()).build()) {
      var request = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** As Prometheus text writes a number of this size. */
  private static String expiry(TestPems pems) {
    return Double.toString(pems.identity().notAfter().getEpochSecond());
  }
}
