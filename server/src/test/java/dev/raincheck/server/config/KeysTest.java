package dev.raincheck.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The keys of the file and their defaults. A change here is a change for every operator. */
class KeysTest {
  private static final String EVERY_SECTION =
      """
      auth:
        jwt:
          corp: {issuer: https://id.example.com, audience: [raincheck], tenant: shop}
          other: {issuer: https://other.example.com, audience: [raincheck], tenant_claim: org}
      operations:
        by.header:
          target:
            url: http://127.0.0.1:9000
            auth: {header: {name: Authorization, value: x}}
        by.oauth2:
          target:
            url: http://127.0.0.1:9000
            auth: {oauth2: {token_url: "http://127.0.0.1:9001", client_id: x, client_secret: x}}
        by.url:
          target: http://127.0.0.1:9000
      """;

  private static final String TYPE = "operations.<type>.";

  @Test
  void are_these_with_these_defaults() {
    var listed =
        keys().entrySet().stream()
            .filter(key -> !key.getKey().startsWith("defaults."))
            .map(key -> key.getKey() + " = " + key.getValue())
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(listed)
        .isEqualTo(
            """
            listen = 127.0.0.1:8080
            public_url = http[s]://<listen>
            admin_listen = 127.0.0.1:8081
            tls.certificate = required
            tls.private_key = required
            tls.private_key_password = none
            tls.admin = false
            store = sqlite:raincheck.db
            durability = strict
            max_wait_seconds = 30
            waits_per_key = 20
            drain_seconds = 30
            limits.body_bytes = 1048576
            limits.header_bytes = 16384
            limits.connections = 16384
            limits.streams = 15000
            limits.streams_per_tenant = 10000
            rate_limit.requests = 1000000
            rate_limit.window_seconds = 10
            egress.allow = []
            cors.allowed_origins = []
            cors.max_age_seconds = 600
            auth.jwt.<issuer>.issuer = required
            auth.jwt.<issuer>.audience = required
            auth.jwt.<issuer>.jwks_url = <issuer>/.well-known/openid-configuration
            auth.jwt.<issuer>.algorithms = [RS256, ES256, EdDSA]
            auth.jwt.<issuer>.tenant = none
            auth.jwt.<issuer>.tenant_claim = none
            auth.jwt.<issuer>.create_tenants = false
            auth.jwt.<issuer>.scope_claim = scope
            auth.jwt.<issuer>.scopes = none
            auth.jwt.<issuer>.clock_skew_seconds = 30
            auth.jwt.<issuer>.jwks_refresh_seconds = 300
            log.format = json
            log.level = info
            operations.<type>.description = none
            operations.<type>.route = none
            operations.<type>.target.url = required
            operations.<type>.target.method = POST
            operations.<type>.target.headers = none
            operations.<type>.target.auth.header.name = required
            operations.<type>.target.auth.header.value = required
            operations.<type>.target.response_bytes = 16777216
            operations.<type>.accepts = [application/json]
            operations.<type>.input_bytes = limits.body_bytes
            operations.<type>.queue = the type's name
            operations.<type>.concurrency = 8
            operations.<type>.cluster_concurrency = none
            operations.<type>.max_depth = 1000000
            operations.<type>.priority = 5
            operations.<type>.delivery = at_least_once
            operations.<type>.max_attempts = 10
            operations.<type>.backoff.first_seconds = 1
            operations.<type>.backoff.factor = 2
            operations.<type>.backoff.max_seconds = 300
            operations.<type>.timeouts.answer_seconds = 60
            operations.<type>.timeouts.attempt_seconds = answer_seconds
            operations.<type>.timeouts.heartbeat_seconds = none
            operations.<type>.timeouts.operation_seconds = 86400
            operations.<type>.timeouts.start_seconds = none
            operations.<type>.dead_letter = [exhausted, timed_out]
            operations.<type>.retention.operation_seconds = 604800
            operations.<type>.retention.result_seconds = operation_seconds
            operations.<type>.retention.key_seconds = 86400
            operations.<type>.idempotency.policy = optional
            operations.<type>.idempotency.fingerprint = raw
            operations.<type>.cancelable = true
            operations.<type>.threads = platform
            operations.<type>.input_schema = none
            operations.<type>.output_schema = none
            operations.<type>.progress_schema = none
            operations.<type>.target.auth.oauth2.token_url = required
            operations.<type>.target.auth.oauth2.client_id = required
            operations.<type>.target.auth.oauth2.client_secret = required
            operations.<type>.target.auth.oauth2.scope = none
            operations.<type>.target = required
            """);
  }

  @Test
  void of_a_type_may_stand_in_the_defaults_but_for_those_that_make_it_this_type() {
    var own =
        keys().keySet().stream()
            .filter(key -> key.startsWith(TYPE))
            .map(key -> key.substring(TYPE.length()))
            .filter(key -> !keys().containsKey("defaults." + key))
            .toList();

    assertThat(own)
        .containsExactly(
            "description",
            "route",
            "target.url",
            "target.method",
            "target.headers",
            "target.auth.header.name",
            "target.auth.header.value",
            "target.response_bytes",
            "input_schema",
            "output_schema",
            "progress_schema",
            "target.auth.oauth2.token_url",
            "target.auth.oauth2.client_id",
            "target.auth.oauth2.client_secret",
            "target.auth.oauth2.scope",
            "target");
  }

  @Test
  void are_all_documented_with_their_defaults() throws IOException {
    var page = Files.readString(Path.of("../docs/configuration.md"));

    assertThat(keys().entrySet())
        .filteredOn(key -> !key.getKey().startsWith("defaults."))
        .allSatisfy(
            key -> {
              var name = key.getKey().replace(TYPE, "");
              assertThat(page).contains("| `%s` | `%s` |".formatted(name, key.getValue()));
            });
  }

  @Test
  void of_the_documented_examples_exist() throws IOException {
    var page = Files.readString(Path.of("../docs/configuration.md"));
    var examples = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL).matcher(page).results();

    assertThat(examples.map(example -> example.group(1)))
        .hasSize(4)
        .allSatisfy(
            yaml ->
                assertThat(
                        ConfigFile.parse(
                            "configuration.md",
                            Path.of(""),
                            yaml.getBytes(StandardCharsets.UTF_8),
                            Map.of("REPORTS_TOKEN", "t", "DB_PASSWORD", "p")::get))
                    .isInstanceOf(Loaded.Valid.class));
  }

  private static Map<String, String> keys() {
    var binding = new Binding("raincheck.yaml", Path.of(""), new Substitution(name -> null));
    var yaml = EVERY_SECTION.getBytes(StandardCharsets.UTF_8);
    ServerBinding.bind(binding.top(ConfigFile.top(yaml, binding)));
    assertThat(binding.errors()).isEmpty();
    return binding.keys();
  }
}
