package dev.raincheck.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void what_people_write_stays_as_it_is() {
    var text = "Grüße, 世界 😀 ~!\"\\";

    assertThat(Printable.line(text)).isSameAs(text);
  }

  @Test
  void what_moves_a_cursor_or_turns_a_line_around_is_spelled_out() {
    assertThat(Printable.line("a\u001b[2Jb\rc\nd\te\u007f\u009b\u202e\u2028\ufeff\ud800"))
        .isEqualTo("a\\u001b[2Jb\\rc\\nd\\te\\u007f\\u009b\\u202e\\u2028\\ufeff\\ud800");
    assertThat(Printable.line(Character.toString(0xE0041))).isEqualTo("\\udb40\\udc41");
  }

  @Test
  void lines_and_tabs_stay_where_lines_are_wanted() {
    assertThat(Printable.text("a\n\tb\r\u001b")).isEqualTo("a\n\tb\\r\\u001b");
  }

  @Test
  void a_long_line_is_cut_and_says_so() {
    assertThat(Printable.line("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Printable.line("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(Printable.line("\u001b\u001b", 7)).isEqualTo("\\u001b…");
  }
}
