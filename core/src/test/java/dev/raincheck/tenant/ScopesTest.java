package dev.raincheck.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopesTest {
  @ParameterizedTest
  @CsvSource({
    "operations:submit,            operations:submit,            true",
    "operations:submit,            operations:submit:a.b,        true",
    "operations:submit:a.b,        operations:submit,            true",
    "operations:submit:a.b,        operations:submit:a.b,        true",
    "operations:submit:a.b,        operations:submit:a,          false",
    "operations:submit:a,          operations:submit:a.b,        false",
    "operations:submit,            operations:read,              false",
    "operations:submit,            operations:cancel,            false",
    "operations:submit,            admin,                        false",
    "operations:submit:a,          operations:cancel,            false",
    "operations:read,              operations:read,              true",
    "operations:read,              operations:submit,            false",
    "operations:read,              operations,                   false",
    "admin,                        admin,                        true",
    "admin,                        operations:read,              false",
    "admin,                        operations:submit:a,          false",
  })
  void a_scope_allows_what_it_says(String held, String asked, boolean allowed) {
    assertThat(Scopes.of(List.of(held)).allows(asked)).isEqualTo(allowed);
  }

  @Test
  void several_scopes_add_up() {
    var scopes =
        Scopes.of(List.of("operations:submit:b", "operations:read", "operations:submit:a"));
    assertThat(scopes.allows("operations:submit:a")).isTrue();
    assertThat(scopes.allows("operations:submit:c")).isFalse();
    assertThat(scopes.allows("operations:read")).isTrue();
    assertThat(scopes.words())
        .containsExactly("operations:read", "operations:submit:a", "operations:submit:b");
  }

  @Test
  void all_allows_everything_there_is() {
    for (var scope :
        List.of("admin", "operations:cancel", "operations:read", "operations:submit:x")) {
      assertThat(Scopes.ALL.allows(scope)).as(scope).isTrue();
    }
    assertThat(Scopes.of(Scopes.ALL.words())).isEqualTo(Scopes.ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "operations",
        "operations:",
        "operations:*",
        "Operations:read",
        "operations:read ",
        "operations:read:a",
        "operations:submit:",
        "operations:submit:*",
        "operations:submit:A",
        "operations:submit:a..b",
        "operations:submit:a:b",
        "operations:submit:a\n",
        "admin:all"
      })
  void what_is_no_scope_is_refused(String word) {
    assertThat(Scopes.isScope(word)).isFalse();
    assertThatThrownBy(() -> Scopes.of(List.of(word))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void there_are_1_to_50() {
    assertThatThrownBy(() -> Scopes.of(List.of())).hasMessageContaining("1 to 50");
    var many = IntStream.range(0, 51).mapToObj(n -> "operations:submit:t" + n).toList();
    assertThat(Scopes.of(many.subList(0, 50)).words()).hasSize(50);
    assertThatThrownBy(() -> Scopes.of(many)).hasMessageContaining("1 to 50");
  }
}
