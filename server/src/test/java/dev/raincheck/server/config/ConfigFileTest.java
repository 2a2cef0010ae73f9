package dev.raincheck.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir Path folder;

  @Test
  void four_lines_declare_a_type_with_a_target() {
    var config =
        valid(
            """
            operations:
              report.generate:
                route: /v1/reports
                target: http://127.0.0.1:9000/reports
            """);

    assertThat(config.operations()).containsOnlyKeys("report.generate");
    var type = config.operations().get("report.generate");
    assertThat(type.route()).contains("/v1/reports");
    assertThat(type.target())
        .isEqualTo(TargetConfig.of(URI.create("http://127.0.0.1:9000/reports")));
    assertThat(type.queue()).isEqualTo(QueueConfig.of("report.generate"));
    assertThat(type.attempts()).isEqualTo(AttemptConfig.DEFAULT);
    assertThat(type.timeouts()).isEqualTo(Timeouts.DEFAULT);
  }

  @Test
  void a_store_may_be_a_database_whose_password_is_not_shown() {
    var config = valid("store: postgresql://app:hush@db1:5432,db2:5432/jobs?sslmode=verify-full");

    assertThat(config.store()).isInstanceOf(StoreConfig.Postgres.class);
    var store = (StoreConfig.Postgres) config.store();
    assertThat(store.location()).isEqualTo("postgresql://db1:5432,db2:5432/jobs");
    assertThat(store.url().reveal()).contains("app:hush@");
    assertThat(config.toString()).doesNotContain("hush");
  }

  @Test
  void an_empty_file_is_the_default_configuration_beside_the_file() {
    var config = valid("# nothing yet\n");

    assertThat(config.store()).isEqualTo(new StoreConfig.Sqlite(folder.resolve("raincheck.db")));
    assertThat(config)
        .usingRecursiveComparison()
        .ignoringFields("store")
        .isEqualTo(ServerConfig.DEFAULT);
  }

  @Test
  void what_a_type_does_not_say_its_defaults_say_key_by_key() {
    var config =
        valid(
            """
            defaults:
              max_attempts: 3
              backoff: {first_seconds: 5, factor: 3}
              timeouts: {answer_seconds: 10}
            operations:
              a:
                target: http://127.0.0.1:9000
                backoff: {factor: 1.5}
              b:
                target: http://127.0.0.1:9000
                max_attempts: 4
                timeouts: {attempt_seconds: 600}
            """);

    var a = config.operations().get("a");
    assertThat(a.attempts().attemptsMax()).isEqualTo(3);
    assertThat(a.attempts().backoff())
        .isEqualTo(new Backoff(Duration.ofSeconds(5), 1.5, Duration.ofSeconds(300)));
    assertThat(a.timeouts().attempt()).isEqualTo(Duration.ofSeconds(10));
    var b = config.operations().get("b");
    assertThat(b.attempts().attemptsMax()).isEqualTo(4);
    assertThat(b.timeouts().answer()).isEqualTo(Duration.ofSeconds(10));
    assertThat(b.timeouts().attempt()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void at_most_once_means_one_attempt_whatever_the_defaults_say() {
    var config =
        valid(
            """
            defaults: {max_attempts: 7}
            operations:
              charge: {target: "http://127.0.0.1:9000", delivery: at_most_once}
            """);

    assertThat(config.operations().get("charge").attempts().attemptsMax()).isEqualTo(1);
  }

  @Test
  void a_short_attempt_means_a_short_answer() {
    var config =
        valid(
            """
            operations:
              a: {target: "http://127.0.0.1:9000", timeouts: {attempt_seconds: 5}}
            """);

    assertThat(config.operations().get("a").timeouts().answer()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void everything_about_a_target_can_be_said() throws IOException {
    Files.writeString(folder.resolve("secret.txt"), "from a file\n");
    var config =
        valid(
            """
            operations:
              a:
                target:
                  url: ${SCHEME:-http}://${HOST}/work
                  method: PUT
                  headers: {X-Team: "$${blue}", X-Number: 7}
                  auth:
                    oauth2:
                      token_url: http://127.0.0.1:9001/token
                      client_id: me
                      client_secret: file:secret.txt
                      scope: work
                  response_bytes: 1000
              b:
                target:
                  url: http://127.0.0.1:9000/work
                  auth: {header: {name: Authorization, value: "Bearer ${TOKEN}"}}
            """);

    var a = config.operations().get("a").target();
    assertThat(a)
        .isEqualTo(
            new TargetConfig(
                URI.create("http://127.0.0.1:9000/work"),
                TargetConfig.Method.PUT,
                Map.of("X-Team", new Secret("${blue}"), "X-Number", new Secret("7")),
                new TargetAuth.OAuth2(
                    URI.create("http://127.0.0.1:9001/token"),
                    "me",
                    new Secret("from a file"),
                    Optional.of("work")),
                1000));
    assertThat(config.operations().get("b").target().auth())
        .isEqualTo(new TargetAuth.Header("Authorization", new Secret("Bearer t-12345")));
    assertThat(config.toString()).contains("***").doesNotContain("from a file", "t-12345");
  }

  @Test
  void schemas_stand_in_the_file_or_beside_it() throws IOException {
    Files.writeString(folder.resolve("out.json"), "{\"type\": \"string\"}");
    var config =
        valid(
            """
            operations:
              a:
                target: http://127.0.0.1:9000
                input_schema:
                  type: object
                  required: [age, "on"]
                  properties:
                    age: {type: integer, minimum: 0, maximum: 1.5e2, default: null}
                    version: {const: "1.0", title: "^${x}$", deprecated: true}
                output_schema: out.json
            """);

    assertThat(config.operations().get("a").schemas())
        .isEqualTo(
            new Schemas(
                Optional.of(
                    "{'type':'object','required':['age','on'],'properties':{'age':{'type':"
                        .concat("'integer','minimum':0,'maximum':1.5E+2,'default':null},")
                        .concat("'version':{'const':'1.0','title':'^${x}$',")
                        .concat("'deprecated':true}}}")
                        .replace('\'', '"')),
                Optional.of("{\"type\":\"string\"}"),
                Optional.empty()));
  }

  @Test
  void an_anchor_is_written_once_and_used_often() {
    var config =
        valid(
            """
            operations:
              a: {target: "http://127.0.0.1:9000", backoff: &slow {first_seconds: 60}}
              b: {target: "http://127.0.0.1:9000", backoff: *slow}
            """);

    assertThat(config.operations().get("b").attempts().backoff().first())
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void the_rest_can_be_said_too() {
    var config =
        valid(
            """
            listen: "[::1]:0"
            public_url: https://api.example.com/async/
            admin_listen: off
            store: sqlite:data/ops.db
            durability: relaxed
            max_wait_seconds: 0
            waits_per_key: 5
            drain_seconds: 0
            limits:
              {body_bytes: 4096, header_bytes: 8192, connections: 100, streams: 50, streams_per_tenant: 40}
            rate_limit: {requests: 10, window_seconds: 1}
            egress: {allow: [10.0.0.0/8, "fd00::/8", db.internal, 192.168.1.7]}
            log: {format: text, level: debug}
            operations:
              a:
                description: Does A.
                target: http://127.0.0.1:9000
                accepts: [text/csv, image/*]
                input_bytes: 100
                queue: slow
                concurrency: 2
                cluster_concurrency: 5
                max_depth: 10
                priority: 0
                dead_letter: []
                retention: {operation_seconds: 60, key_seconds: 90000}
                idempotency: {policy: required, fingerprint: jcs}
                cancelable: false
                threads: virtual
            """);

    assertThat(config.listen()).isEqualTo(new HostPort("::1", 0));
    assertThat(config.publicUrl(8080)).isEqualTo(URI.create("https://api.example.com/async"));
    assertThat(config.adminListen()).isEmpty();
    assertThat(config.store()).isEqualTo(new StoreConfig.Sqlite(folder.resolve("data/ops.db")));
    assertThat(config.durability()).isEqualTo(Durability.RELAXED);
    assertThat(config.maxWait()).isEqualTo(Duration.ZERO);
    assertThat(config.limits()).isEqualTo(new Limits(4096, 8192, 100, 50, 40));
    assertThat(config.rateLimit()).isEqualTo(new RateLimit(10, Duration.ofSeconds(1)));
    assertThat(config.egress())
        .isEqualTo(
            new EgressConfig(
                List.of(
                    new EgressRule.Network("0a000000", 8),
                    new EgressRule.Network("fd000000000000000000000000000000", 8),
                    new EgressRule.Host("db.internal"),
                    new EgressRule.Network("c0a80107", 32))));
    assertThat(config.log()).isEqualTo(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.DEBUG));
    var type = config.operations().get("a");
    assertThat(type.description()).isEqualTo("Does A.");
    assertThat(type.input()).isEqualTo(new InputConfig(List.of("text/csv", "image/*"), 100));
    assertThat(type.queue()).isEqualTo(new QueueConfig("slow", 2, OptionalInt.of(5), 10, 0));
    assertThat(type.deadLetter()).isEqualTo(Set.of());
    assertThat(type.retention())
        .isEqualTo(
            new Retention(
                Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(90_000)));
    assertThat(type.idempotency())
        .isEqualTo(new Idempotency(Idempotency.Policy.REQUIRED, Idempotency.Fingerprint.JCS));
    assertThat(type.cancelable()).isFalse();
    assertThat(type.threads()).isEqualTo(Threads.VIRTUAL);
  }

  @Test
  void notes_tell_what_is_allowed_but_open_to_others() {
    var config =
        valid(
            """
            listen: 0.0.0.0:8080
            public_url: https://api.example.com
            admin_listen: 10.0.0.1:8081
            durability: relaxed
            """);

    assertThat(String.join("\n", config.notes()))
        .isEqualTo(
            """
            listen: 0.0.0.0:8080 can be reached from other machines, so the server starts only \
            when there are API keys; create one with `raincheck keys create`.
            admin_listen: 10.0.0.1:8081 can be reached from other machines; whoever has an admin \
            key can change keys there.
            durability: relaxed may lose the last accepted operations in a power cut.
            operations: there are none, so every submit will be refused.\
            """);
    assertThat(ServerConfig.DEFAULT.listen().isLoopback()).isTrue();
  }

  @Test
  void a_network_contains_its_addresses_and_no_others() throws IOException {
    var ten = (EgressRule.Network) EgressRule.parse("10.128.0.0/9").orElseThrow();

    assertThat(ten.contains(InetAddress.ofLiteral("10.200.1.1").getAddress())).isTrue();
    assertThat(ten.contains(InetAddress.ofLiteral("10.127.255.255").getAddress())).isFalse();
    assertThat(ten.contains(InetAddress.ofLiteral("::1").getAddress())).isFalse();
  }

  @Test
  void a_file_that_cannot_be_read_is_one_error() throws IOException {
    var absent = folder.resolve("absent.yaml");
    assertThat(ConfigFile.read(absent, name -> null))
        .hasToString(absent + ":1:1: the file is not there");

    var large = folder.resolve("large.yaml");
    Files.write(large, new byte[1024 * 1024 + 1]);
    assertThat(ConfigFile.read(large, name -> null))
        .hasToString(large + ":1:1: the file is larger than 1 MiB");

    var latin = folder.resolve("latin.yaml");
    Files.write(latin, new byte[] {'a', ':', (byte) 0xe9});
    assertThat(ConfigFile.read(latin, name -> null))
        .hasToString(latin + ":1:1: the file is not UTF-8");
  }

  @Test
  void a_program_is_refused_as_a_file_is() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> new Backoff(Duration.ofSeconds(5), 0, Duration.ofSeconds(1))))
        .isInstanceOf(InvalidConfig.class)
        .hasMessage(
            "factor (0.0) must be from 1 to 100;"
                + " max_seconds (1) must not be less than first_seconds (5)");
  }

  private ServerConfig valid(String yaml) {
    var environment = Map.of("TOKEN", "t-12345", "HOST", "127.0.0.1:9000");
    var loaded = ConfigFile.parse("raincheck.yaml", folder, yaml.getBytes(UTF_8), environment::get);
    assertThat(loaded).as(loaded.toString()).isInstanceOf(Loaded.Valid.class);
    return ((Loaded.Valid) loaded).config();
  }
}
