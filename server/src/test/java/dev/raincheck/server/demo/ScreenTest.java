package dev.raincheck.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void a_bar_is_drawn_over_for_who_watches() {
    var bar = new Bar(screen(true), "drawing");
    bar.show(0.5, "17 of 34 drops");
    bar.end("done");

    var lines = told.toString(UTF_8).split("\r", -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[1]).contains("█".repeat(15) + "░".repeat(15) + "  50 %  17 of 34 drops");
    assertThat(lines[2]).contains("█".repeat(30) + " 100 %  done").endsWith(System.lineSeparator());
  }

  @Test
  void a_bar_in_a_file_is_told_in_quarters() {
    var bar = new Bar(screen(false), "drawing");
    for (int i = 0; i < 100; i++) bar.show(i / 100.0, i + " drops");
    bar.end("done");

    assertThat(told.toString(UTF_8).lines()).hasSize(5);
    assertThat(told.toString(UTF_8)).doesNotContain("\r");
  }

  @Test
  void progress_is_shown_as_the_document_has_it() {
    var bar = new Bar(screen(false), "rows");
    bar.show(
        Json.object(
            "{\"progress\":{\"percent\":42.5,\"current\":1700,\"total\":4000,\"unit\":\"row\"}}"
                .getBytes(UTF_8)));

    assertThat(told.toString(UTF_8)).contains(" 42 %  1,700 of 4,000 rows");
  }

  @Test
  void a_line_for_curl_says_the_same_to_a_shell() {
    var call =
        Call.post("http://127.0.0.1:1/v1/quotes")
            .header("Idempotency-Key", "it's 7")
            .json("{\"order\": 7}");
    assertThat(call.curl())
        .isEqualTo(
            """
            curl -i http://127.0.0.1:1/v1/quotes -H 'Idempotency-Key: it'\\''s 7' \\
                 -H 'Content-Type: application/json' -d '{"order": 7}'\
            """);
    assertThat(Call.get("http://127.0.0.1:1/a?wait=20").curl())
        .isEqualTo("curl -i 'http://127.0.0.1:1/a?wait=20'");
    assertThat(Call.post("http://127.0.0.1:1/a").file(Path.of("/tmp/a b"), "image/png").curl())
        .isEqualTo(
            "curl -i http://127.0.0.1:1/a -H 'Content-Type: image/png' --data-binary '@/tmp/a b'");
    assertThat(Call.get("http://127.0.0.1:1/a/result").saved("a.png").curl())
        .isEqualTo("curl -D - -o a.png http://127.0.0.1:1/a/result");
    assertThat(Call.post("http://127.0.0.1:1/a/cancel").curl())
        .isEqualTo("curl -i -X POST http://127.0.0.1:1/a/cancel");
  }

  @Test
  void percentiles_are_times_that_were_measured() {
    var answers = IntStream.rangeClosed(1, 200).mapToObj(Duration::ofMillis).toList();
    assertThat(side(answers).answered(50)).hasMillis(100);
    assertThat(side(answers).answered(99)).hasMillis(198);
    assertThat(side(answers.subList(0, 1)).answered(99)).hasMillis(1);
    assertThat(side(List.of()).answered(50)).isZero();
  }

  @Test
  void quantities_read_well() {
    assertThat(Text.bytes(999)).isEqualTo("999 bytes");
    assertThat(Text.bytes(812_345)).isEqualTo("812 kB");
    assertThat(Text.bytes(4_449_000)).isEqualTo("4.4 MB");
    assertThat(Text.time(Duration.ofMillis(41))).isEqualTo("41 ms");
    assertThat(Text.time(Duration.ofMillis(8_250))).isEqualTo("8.3 s");
    assertThat(Text.time(Duration.ofSeconds(117))).isEqualTo("117 s");
    assertThat(Text.many(1, "long-poll")).isEqualTo("1 long-poll");
    assertThat(Text.many(9_000, "drop")).isEqualTo("9,000 drops");
  }

  private Screen screen(boolean watched) {
    return new Screen(new PrintStream(told, true, UTF_8), watched);
  }

  private static Side side(List<Duration> answers) {
    return new Side(200, 200, 0, 0, answers, 0, Duration.ZERO, Duration.ZERO);
  }
}
