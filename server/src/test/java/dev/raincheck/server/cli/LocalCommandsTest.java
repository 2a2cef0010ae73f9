package dev.raincheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.tls.TestPems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCommandsTest {
  @TempDir Path folder;

  private final Shell shell = new Shell("http://127.0.0.1:1");

  @Test
  void check_prints_what_it_found() throws IOException {
    var file =
        config(
            """
            listen: 0.0.0.0:8080
            public_url: https://api.example.com
            operations:
              report.generate:
                route: /v1/reports
                target: http://127.0.0.1:9000/reports?key=${TOKEN}
              mail:
                target: {url: "https://mail.example.com", method: PUT}
                max_attempts: 3
            """);
    shell.environment.put("TOKEN", "hush");

    assertThat(shell.run("check", "--config", file)).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            %s is fine

            listen      0.0.0.0:8080
            public url  https://api.example.com
            admin       127.0.0.1:8081
            store       sqlite, %s

            TYPE             ROUTE        TARGET                              SLOTS  ATTEMPTS
            report.generate  /v1/reports  POST http://127.0.0.1:9000/reports  8      10
            mail             -            PUT https://mail.example.com        8      3
            """
                .formatted(file, folder.resolve("raincheck.db")));
    assertThat(shell.err())
        .isEqualTo(
            "note: listen: 0.0.0.0:8080 can be reached from other machines, so the server starts"
                + " only when there are API keys; create one with `raincheck keys create`.\n");
  }

  @Test
  void check_lists_everything_that_is_wrong() throws IOException {
    var file = config("listn: x\nstore: memory\n");

    assertThat(shell.run("check", "-c", file)).isEqualTo(1);

    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            """
            raincheck: the configuration has 2 errors
              FILE:1:1: listn: unknown key; did you mean "listen"?
              FILE:2:8: store: "memory" must not be memory: a 202 promises durable work; \
            use sqlite:raincheck.db
            """
                .replace("FILE", file));
  }

  @Test
  void without_a_file_there_is_advice() {
    assertThat(shell.run("check")).isEqualTo(1);

    assertThat(shell.err())
        .startsWith("raincheck: there is no raincheck.yaml in this directory\n")
        .contains("    target: http://127.0.0.1:9000/reports");
  }

  @Test
  void serve_runs_what_the_file_says_and_nothing_that_is_wrong() throws IOException {
    assertThat(shell.run("serve", "--config", config("drain_seconds: 7\n"))).isZero();
    assertThat(shell.served).singleElement().satisfies(c -> assertThat(c.drain()).hasSeconds(7));

    assertThat(shell.run("serve", "--config", config("drain_seconds: x\n"))).isEqualTo(1);
    assertThat(shell.served).hasSize(1);
  }

  @Test
  void what_should_not_happen_is_told_with_its_stack_and_harmlessly() throws IOException {
    shell.serving(
        config -> {
          throw new IllegalStateException("no \u001b[2J");
        });

    assertThat(shell.run("serve", "--config", config(""))).isEqualTo(70);

    assertThat(shell.err())
        .startsWith(
            "raincheck: this should not happen; please report it\n"
                + "java.lang.IllegalStateException: no \\u001b[2J\n\\tat ");
  }

  @Test
  void demo_tells_who_watches_and_whether_to_stay_and_exits_as_the_demo_does() {
    shell.demonstrating(
        (out, watched, once) -> {
          out.print("watched %s, once %s".formatted(watched, once));
          return 7;
        });

    assertThat(shell.run("demo")).isEqualTo(7);
    assertThat(shell.out()).isEqualTo("watched false, once false");

    assertThat(shell.interactive().run("demo", "--once")).isEqualTo(7);
    assertThat(shell.out()).isEqualTo("watched true, once true");
  }

  @Test
  void version_names_the_program_and_its_java() {
    assertThat(shell.run("version")).isZero();

    assertThat(shell.out()).matches("raincheck \\S+ \\(Java \\S+\\)\\n");
  }

  @Test
  void wrong_usage_says_what_would_be_right() {
    assertThat(shell.run("submt", "t")).isEqualTo(64);
    assertThat(shell.err())
        .isEqualTo(
            """
            raincheck: Unmatched arguments from index 0: 'submt', 't'
              did you mean: submit
              did you mean: result
              `raincheck --help` shows what there is
            """);

    assertThat(shell.run("get")).isEqualTo(64);
    assertThat(shell.err())
        .isEqualTo(
            """
            raincheck: Missing required parameter: 'ID'
              `raincheck get --help` shows what there is
            """);

    assertThat(shell.run("submit", "t", "--wait", "long")).isEqualTo(64);
    assertThat(shell.err()).startsWith("raincheck: Invalid value for option '--wait'");

    assertThat(shell.run("keys")).isEqualTo(64);
    assertThat(shell.err()).startsWith("raincheck: keys needs one of create, list, revoke\n");
  }

  @Test
  void a_url_or_key_that_http_cannot_carry_is_told_without_showing_the_key() {
    assertThat(shell.run("get", "a", "--url", "localhost:8080")).isEqualTo(64);
    assertThat(shell.err())
        .isEqualTo("raincheck: \"localhost:8080\" is not an http:// or https:// URL\n");

    assertThat(shell.run("get", "a", "--api-key", "rk_1\nX-Evil: 1")).isEqualTo(64);
    assertThat(shell.err())
        .isEqualTo("raincheck: a URL, key or header holds characters that HTTP refuses\n");
  }

  @Test
  void check_reads_the_certificate_and_its_key_as_the_server_would() throws IOException {
    TestPems.make("EC", "-validity", "5").writeTo(folder);
    var file = config("tls: {certificate: cert.pem, private_key: key.pem}\n");

    assertThat(shell.run("check", "--config", file)).isZero();
    assertThat(shell.out()).contains("https://127.0.0.1:8080").contains("tls         certificate until");
    assertThat(shell.err()).contains("note: tls: the certificate expires at");

    Files.writeString(folder.resolve("key.pem"), TestPems.any().privateKey());
    assertThat(shell.run("check", "--config", file)).isEqualTo(1);
    assertThat(shell.err()).contains("tls: the key in").contains("does not belong");
  }

  @Test
  void a_file_that_has_no_authorities_is_told() throws IOException {
    var file = config("nothing");

    assertThat(shell.run("get", "op_1", "--cacert", file)).isEqualTo(64);
    assertThat(shell.err()).contains("is not a PEM file with certificates");
  }

  @Test
  void help_lists_all_commands_and_exit_codes() {
    assertThat(shell.run()).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            Usage: raincheck [-h] [--admin-url=URL] [--api-key=KEY] [--cacert=FILE]
                             [--url=URL] COMMAND
            Slow work becomes a proper asynchronous API.
                  --admin-url=URL   for keys (RAINCHECK_ADMIN_URL; http://127.0.0.1:8081)
                  --api-key=KEY     the API key; RAINCHECK_API_KEY hides it from `ps`
                  --cacert=FILE     whom to trust instead of the usual (RAINCHECK_CACERT;
                                      PEM)
              -h, --help            shows this
                  --url=URL         the server (RAINCHECK_URL; http://127.0.0.1:8080)
            Commands:
              serve    Runs the server.
              demo     Runs a server with examples, and shows what to try.
              check    Lists everything that is wrong with a configuration.
              doctor   Looks at the store and at running nodes, and says what is wrong.
              submit   Submits an operation.
              get      Shows an operation.
              watch    Follows an operation, and exits as it ended.
              tail     Shows what happens to all operations, until it is stopped.
              result   Prints or saves an operation's result, byte for byte.
              cancel   Cancels an operation, or asks its handler to stop.
              retry    Submits a new operation with the input of one that is done.
              list     Lists operations, newest first.
              types    Lists the operation types and what they promise.
              keys     Creates, lists and revokes API keys.
              version  Shows which Raincheck this is.

            Exit codes: 0 done or under way, 1 the operation failed or the file is wrong,
            2 canceled, 3 refused by the server, 4 no server reached, 64 wrong usage.
            \
            """);
  }

  private String config(String yaml) throws IOException {
    return Files.writeString(folder.resolve("test.yaml"), yaml).toString();
  }
}
