package dev.raincheck.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.FailureCode;
import dev.raincheck.protocol.ProblemCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One source for what is said about problems. */
class ProblemTextsTest {
  private static final String HEAD =
      """
      # Problems

      Errors are `application/problem+json` (RFC 9457). Programs compare `code`; `detail` says what to do this time, and the URL in
      `type` leads to what stands here, as a page or as JSON (`GET /problems` lists them all). "Again" says whether the same request
      may succeed later. Codes that begin with `x_` are an operation type's own.

      This page is made from [`ProblemCode`](../protocol/src/main/java/dev/raincheck/protocol/ProblemCode.java); a test compares the two.
      """;

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void the_engine_and_the_protocol_say_the_same_of_a_failure(FailureCode engine) {
    var failure = engine.because("");
    var code = ProblemCode.of(engine.text()).orElseThrow();

    assertThat(code.title()).isEqualTo(failure.title());
    assertThat(code.status()).isEqualTo(failure.status());
    assertThat(code.retryable()).isEqualTo(failure.retryable());
    assertThat(code.ofOperations()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(ProblemCode.class)
  void every_code_is_explained_in_sentences(ProblemCode code) {
    for (var text : Stream.of(code.when(), code.remedy()).toList()) {
      assertThat(text).matches("(?s)[A-Z].*\\.").hasSizeBetween(10, 300);
    }
    assertThat(code.title()).matches("[A-Z].*[^.]");
  }

  @Test
  void no_two_codes_are_explained_alike() {
    var seen = new HashMap<String, ProblemCode>();
    for (var code : ProblemCode.values()) {
      assertThat(seen.put(code.when(), code)).as(code.code()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X_A", "x_", "x_ä", "x_<b>", "x_a/b", "payload-too-large", "INTERNAL"})
  void what_is_no_code_is_not_found(String code) {
    assertThat(ProblemTexts.find(code)).isEmpty();
  }

  @Test
  void the_page_in_docs_says_what_the_server_says() throws Exception {
    var expected = new StringBuilder(HEAD);
    section(expected, "Why requests are refused", false);
    section(expected, "How operations end", true);

    var fresh = Files.writeString(Path.of("target", "problems.md"), expected);
    assertThat(Path.of("..", "docs", "problems.md"))
        .as("docs/problems.md is out of date: copy %s over it", fresh.toAbsolutePath())
        .hasSameTextualContentAs(fresh);
  }

  private static void section(StringBuilder page, String title, boolean ofOperations) {
    page.append("\n## %s\n\n".formatted(title));
    page.append("| code | status | again | when it happens | what to do |\n|---|---|---|---|---|\n");
    for (var problem : ProblemTexts.all()) {
      if (problem.ofOperations() != ofOperations) continue;
      page.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  problem.code(), problem.statusText(), problem.retryable() ? "yes" : "no",
                  problem.when(), problem.remedy()));
    }
  }
}
