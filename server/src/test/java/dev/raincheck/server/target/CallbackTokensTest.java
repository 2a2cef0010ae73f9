package dev.raincheck.server.target;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.OperationId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackTokensTest {
  private static final Instant UNTIL = Instant.parse("2026-11-24T12:00:00Z");

  private final CallbackTokens tokens =
      new CallbackTokens("0123456789abcdef0123456789abcdef".getBytes(US_ASCII));
  private final CallbackToken token =
      new CallbackToken(3, new OperationId(0x1122334455667788L, 0xfedcba9876543210L), 7, UNTIL, 1000);

  @Test
  void what_was_signed_is_read_back() {
    String text = tokens.text(token);
    assertThat(text).matches("[A-Za-z0-9_-]{102}");
    assertThat(tokens.read(text)).contains(token);
  }

  @Test
  void a_part_of_a_second_is_rounded_up() {
    var late = new CallbackToken(3, token.operation(), 7, UNTIL.plusNanos(1), 1000);
    assertThat(tokens.read(tokens.text(late)).orElseThrow().until())
        .isEqualTo(UNTIL.plusSeconds(1));
  }

  @Test
  void a_token_is_over_at_its_end() {
    assertThat(token.isOver(UNTIL.minusMillis(1))).isFalse();
    assertThat(token.isOver(UNTIL)).isTrue();
  }

  @Test
  void every_changed_character_makes_it_nobodys_token() {
    String text = tokens.text(token);
    // The last character has bits that carry nothing; they make no second token either.
    for (int i = 0; i < text.length(); i++) {
      for (char c = '!'; c <= 'é'; c++) {
        if (text.charAt(i) == c) continue;
        String changed = text.substring(0, i) + c + text.substring(i + 1);
        assertThat(tokens.read(changed)).as(changed).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "op_01", "../../v1/operations", "\0"})
  void anything_else_is_no_token(String text) {
    assertThat(tokens.read(text)).isEmpty();
    assertThat(tokens.read(tokens.text(token) + text + "A")).isEmpty();
  }

  @Test
  void another_secret_reads_nothing() {
    var other = new CallbackTokens("0123456789abcdef0123456789abcdeF".getBytes(US_ASCII));
    assertThat(other.read(tokens.text(token))).isEmpty();
  }

  @Test
  void every_operation_epoch_and_end_has_its_own_token() {
    Set<String> texts = new HashSet<>();
    for (long i = 0; i < 3; i++) {
      var id = new OperationId(1, i);
      texts.add(tokens.text(new CallbackToken(3, id, 1, UNTIL, 1)));
      texts.add(tokens.text(new CallbackToken(3, id, 2, UNTIL, 1)));
      texts.add(tokens.text(new CallbackToken(3, id, 1, UNTIL.plusSeconds(1), 1)));
      texts.add(tokens.text(new CallbackToken(3, id, 1, UNTIL, 2)));
    }
    assertThat(texts).hasSize(12);
  }

  @Test
  void a_short_secret_is_refused() {
    assertThatThrownBy(() -> new CallbackTokens(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
