package dev.raincheck.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyTextTest {
  private static final String GOOD = KeyText.draw(new SecureRandom());

  @Test
  void a_key_has_the_form_that_scanners_look_for() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      var text = KeyText.draw(new SecureRandom());
      assertThat(text).matches("rk_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}");
      assertThat(KeyText.id(text)).isEqualTo(text.substring(8, 16));
      assertThat(seen.add(text)).isTrue();
    }
  }

  @Test
  void the_checksum_is_the_crc_32_in_base_62() {
    var known = "rk_live_00000000_" + "0".repeat(43);
    assertThat(KeyText.id(known + "_" + "0EsouV")).isEqualTo("00000000");
  }

  @Test
  void any_single_wrong_character_is_noticed() {
    for (int i = 0; i < GOOD.length(); i++) {
      for (char c : "0aZ_-~é\u0000 ".toCharArray()) {
        if (c == GOOD.charAt(i)) continue;
        var wrong = GOOD.substring(0, i) + c + GOOD.substring(i + 1);
        assertThat(KeyText.id(wrong)).as(wrong).isNull();
      }
    }
  }

  static Stream<String> hostile() {
    return Stream.of(
        "",
        "_",
        "rk_live_",
        "rk_live___",
        GOOD.substring(1),
        GOOD.substring(0, GOOD.length() - 1),
        GOOD + "A",
        GOOD + "\n",
        " " + GOOD,
        GOOD.toLowerCase(),
        GOOD.replace("live", "test"),
        GOOD.replace('_', '-'),
        "\uD83D\uDE00".repeat(33) + "x",
        "٣".repeat(67),
        "rk_live_" + "_".repeat(59),
        "A".repeat(1_000_000));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void what_is_no_key_has_no_id(String text) {
    assertThat(KeyText.id(text)).isNull();
  }

  @Test
  void the_hash_is_that_of_the_secret_part_alone() {
    var other = KeyText.PREFIX + "00000000" + GOOD.substring(16);
    assertThat(KeyText.hash(GOOD)).hasSize(32).isEqualTo(KeyText.hash(other));
    assertThat(KeyText.hash(GOOD)).isNotEqualTo(KeyText.hash(KeyText.draw(new SecureRandom())));
  }
}
