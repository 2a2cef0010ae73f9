package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.http.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

  @Test
  void both_forms_of_the_same_content_are_one_key() {
    assertThat(key("8e03978e-40d5")).isEqualTo("8e03978e-40d5");
    assertThat(key("\"8e03978e-40d5\"")).isEqualTo("8e03978e-40d5");
    assertThat(key(" a;b=1 ")).isEqualTo("a;b=1");
    assertThat(key("a\\b")).isEqualTo("a\\b");
    assertThat(key("\"a\\\\b\"")).isEqualTo("a\\b");
  }

  @Test
  void a_quoted_key_may_hold_spaces_commas_and_escaped_quotes() {
    assertThat(key("\" a, \\\"b\\\" \"")).isEqualTo(" a, \"b\" ");
  }

  @Test
  void a_key_has_up_to_255_characters() {
    var longest = "x".repeat(255);
    assertThat(key(longest)).isEqualTo(longest);
    assertThat(key("\"" + longest + "\"")).isEqualTo(longest);
  }

  @Test
  void without_a_header_there_is_none() {
    assertThat(IdempotencyKey.read(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "\"\"", "a b", "a,b", "a\"b", "\"a", "\"a\"b", "\"a\";x=1", "\"\\a\"", "\"\\", "é", "\"é\""
      })
  void anything_else_is_invalid(String header) {
    assertThatThrownBy(() -> key(header))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("idempotency_key_invalid");
  }

  @Test
  void one_character_too_many_is_invalid() {
    var tooLong = "x".repeat(256);
    assertThatThrownBy(() -> key(tooLong)).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> key("\"" + tooLong + "\"")).isInstanceOf(RefusedException.class);
  }

  @Test
  void two_headers_are_invalid_even_if_they_agree() {
    assertThatThrownBy(() -> IdempotencyKey.read(List.of("a", "a")))
        .hasMessageStartingWith("idempotency_key_invalid");
  }

  private static String key(String header) {
    return IdempotencyKey.read(List.of(header)).orElseThrow();
  }
}
