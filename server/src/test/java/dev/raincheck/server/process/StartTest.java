package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts that must not be, and what they say. */
@Timeout(300)
class StartTest {
  private static final String TYPE =
      """
      operations:
        work: {target: "http://127.0.0.1:9/"}
      """;

  @TempDir Path folder;

  @Test
  void a_second_process_at_the_same_file_is_refused_and_the_first_goes_on() throws Exception {
    var installation = Installation.in(folder, TYPE);
    try (var server = installation.start()) {
      // Other ports, so that the file is all that they share.
      var second = Installation.in(folder, TYPE);

      var refused = Installation.ended(second.serve());

      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.text())
          .isEqualToIgnoringNewLines(
              "raincheck: %s is in use by process %d. Stop it, or give this one another file."
                  .formatted(folder.resolve("raincheck.db"), server.pid()));
      assertThat(Wire.get(installation.port(), "/readyz").status()).isEqualTo(200);
      assertThat(
              Wire.ask(installation.port(), "POST", "/v1/operations/work", "{}").status())
          .isEqualTo(202);
    }
  }

  @Test
  void a_wrong_configuration_is_refused_with_everything_that_is_wrong() throws Exception {
    var installation = Installation.in(folder, "");
    installation.configure(
        """
        listne: 127.0.0.1:0
        operations:
          work: {max_attempts: 0}
        """);

    var refused = Installation.ended(installation.serve());

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.text())
        .contains("errors", "listne", "did you mean \"listen\"", "operations.work.target")
        .contains("operations.work.max_attempts", "raincheck.yaml:3:")
        .doesNotContain("Exception", "\tat ");
    assertThat(folder.resolve("raincheck.db")).doesNotExist();
  }

  @Test
  void a_port_that_is_taken_is_said_in_one_line() throws Exception {
    var installation = Installation.in(folder, TYPE);
    try (var server = installation.start()) {
      var other = installation.folder().resolve("other.db");
      installation.configure(
          """
          listen: 127.0.0.1:%d
          admin_listen: "off"
          store: sqlite:%s
          %s"""
              .formatted(installation.port(), other, TYPE));

      var refused = Installation.ended(installation.serve());

      assertThat(server.isAlive()).isTrue();
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.text())
          .startsWith("raincheck: cannot listen: ")
          .contains("127.0.0.1:" + installation.port())
          .doesNotContain("Exception", "\tat ");
    }
  }

  @Test
  void other_machines_can_reach_it_only_once_there_is_a_key() throws Exception {
    var installation = Installation.in(folder, "");
    installation.configure(
        """
        listen: 0.0.0.0:%d
        public_url: http://127.0.0.1:%d
        admin_listen: 127.0.0.1:%d
        %s"""
            .formatted(
                installation.port(), installation.port(), installation.adminPort(), TYPE));

    var refused = Installation.ended(installation.serve());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.text())
        .startsWith("raincheck: listen is 0.0.0.0")
        .contains("raincheck keys create")
        .doesNotContain("Exception", "\tat ");

    var created =
        installation.run(
            "keys", "create", "--name", "first", "--tenant", "shop", "--scope",
            "operations:submit");
    assertThat(created.code()).as(created.text()).isZero();

    try (var server = installation.start()) {
      assertThat(server.screen()).noneMatch(line -> line.contains("no API keys"));
      var secret =
          Arrays.stream(created.text().split("\\s+"))
              .filter(word -> word.startsWith("rk_"))
              .findFirst()
              .orElseThrow();
      var nobody = Wire.ask(installation.port(), "POST", "/v1/operations/work", "{}");
      assertThat(nobody.status()).isEqualTo(401);
      var shop =
          Wire.ask(
              installation.port(), "POST", "/v1/operations/work", "{}", "Authorization",
              "Bearer " + secret);
      assertThat(shop.status()).as(shop.text()).isEqualTo(202);
    }
  }
}
