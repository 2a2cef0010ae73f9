package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.npm.Npm;
import dev.raincheck.testkit.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The document of a running server, as those who use it see it. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
  private GoldenServer server;
  private OpenApiContract contract;

  @BeforeAll
  void open() throws Exception {
    server = new GoldenServer(new MemoryStore(InstantSource.system()), null);
    contract = new OpenApiContract(server.port());
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void redocly_finds_nothing_to_complain_about(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("openapi.json"), contract.root().toString());
    var ended = Npm.bin("redocly", "lint", "--extends=recommended", "--format=json", file.toString());

    assertThat(ended.text()).contains("\"totals\"");
    assertThat(ended.text()).contains("\"errors\": 0");
    assertThat(ended.code()).as(ended.text()).isZero();
  }

  @Test
  void spectral_finds_nothing_to_complain_about(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("openapi.json"), contract.root().toString());
    var rules = Files.writeString(folder.resolve("rules.yaml"), "extends: ['spectral:oas']\n");
    var ended =
        Npm.bin("spectral", "lint", "--fail-severity=error", "-r", rules.toString(), file.toString());

    assertThat(ended.code()).as(ended.text()).isZero();
  }

  @Test
  void every_reference_leads_somewhere() {
    var broken = new ArrayList<String>();
    references(contract.root(), broken);

    assertThat(broken).isEmpty();
  }

  private void references(JsonNode node, List<String> broken) {
    var ref = node.path("$ref").asString("");
    if (ref.startsWith("#") && contract.root().at(ref.substring(1)).isMissingNode()) broken.add(ref);
    node.forEach(child -> references(child, broken));
  }

  @Test
  void every_example_is_one() {
    var wrong = new ArrayList<String>();
    var checked = examples(contract.root(), "", wrong);

    assertThat(wrong).isEmpty();
    assertThat(checked).isGreaterThan(100);
  }

  /** Media types with a schema; their examples are values of it. */
  private int examples(JsonNode node, String at, List<String> wrong) {
    int checked = 0;
    if (node.isObject() && node.has("schema") && (node.has("examples") || node.has("example"))) {
      var schema = at + "/schema";
      if (node.has("example")) {
        check(schema, node.path("example"), wrong);
        checked++;
      }
      for (var example : node.path("examples").properties()) {
        var place = contract.resolved(at + "/examples/" + OpenApiContract.escaped(example.getKey()));
        check(schema, contract.root().at(place).path("value"), wrong);
        checked++;
      }
    }
    if (node.isObject()) {
      for (var member : node.properties()) {
        checked += examples(member.getValue(), at + "/" + OpenApiContract.escaped(member.getKey()), wrong);
      }
    }
    return checked;
  }

  private void check(String schema, JsonNode value, List<String> wrong) {
    for (var each : contract.validate(schema, value.toString())) wrong.add(schema + ": " + each);
  }

  @Test
  void every_declared_type_has_its_own_submits_with_what_it_takes() {
    var paths = contract.root().path("paths");
    assertThat(new TreeSet<>(paths.propertyNames()))
        .contains("/v1/reports", "/v1/operations/person.create", "/v1/operations/image.resize")
        .doesNotContain("/v1/operations/raincheck.internal", "/v1/operations/raincheck.bulk_cancel");

    var person = paths.path("/v1/operations/person.create").path("post");
    assertThat(person.at("/requestBody/content/application~1json/schema/$ref").asString())
        .isEqualTo("#/components/schemas/person.create.input");
    assertThat(person.at("/requestBody/required").booleanValue()).isTrue();
    assertThat(paths.at("/~1v1~1operations~1image.resize/post/requestBody/content").propertyNames())
        .containsExactly("image/*", "text/csv");
    assertThat(paths.at("/~1v1~1operations~1payment.send/post/parameters").toString())
        .contains("IdempotencyKeyRequired");
    assertThat(contract.validate("/components/schemas/person.create.input", "{\"name\":\"a\",\"age\":1}"))
        .isEmpty();
    assertThat(contract.validate("/components/schemas/person.create.input", "{\"name\":\"a\",\"age\":-1}"))
        .isNotEmpty();
  }

  @Test
  void a_202_links_to_what_can_be_done_with_it() {
    var links = contract.root().at("/components/responses/Submitted/links");

    assertThat(links.propertyNames())
        .containsExactlyInAnyOrder("operation", "result", "events", "cancel");
  }

  @Test
  void what_this_version_does_not_have_is_not_promised() {
    var responses = contract.root().at("/paths/~1v1~1stream/get/responses");

    assertThat(responses.propertyNames()).contains("501").noneMatch(status -> status.compareTo("400") < 0);
  }

  /** Every golden exchange is compared with the document, which is worth what the comparison finds. */
  @Test
  void an_answer_that_is_not_as_described_is_found() {
    var reply =
        new RawExchange.Reply(
            200, List.of("Content-Type: application/json", "Strange: header"), "{\"data\":1}".getBytes(UTF_8));

    assertThat(contract.differences("GET", "/v1/operations?limit=1", reply))
        .anyMatch(line -> line.contains("requires the header Request-Id"))
        .anyMatch(line -> line.contains("does not know the header strange"))
        .anyMatch(line -> line.contains("/data"))
        .anyMatch(line -> line.contains("has_more"));
    assertThat(contract.differences("GET", "/v1/operations", new RawExchange.Reply(418, List.of(), new byte[0])))
        .containsExactly("openapi.json does not say that get /v1/operations may be 418");
    assertThat(contract.differences("PUT", "/v1/operations", new RawExchange.Reply(200, List.of(), new byte[0])))
        .isNotEmpty();
  }
}
