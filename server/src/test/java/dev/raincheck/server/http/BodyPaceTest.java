package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
  private final BodyPace pace = new BodyPace(Duration.ofSeconds(30), 500);

  @Test
  void patience_is_what_is_left_of_standing_still_or_of_the_pace() {
    assertThat(patience(0, 0, 0)).isEqualTo(30);
    assertThat(patience(29, 0, 0)).isEqualTo(1);
    assertThat(patience(30, 0, 0)).isEqualTo(0);
    // A byte a second is never still; it runs out of the pace.
    assertThat(patience(20, 20, 20)).isEqualTo(10);
    assertThat(patience(31, 30, 30)).isNegative();
    // At the pace it may go on for ever.
    assertThat(patience(3_600, 3_600, 3_600 * 500)).isEqualTo(30);
    // A fast beginning buys time, but not for standing still.
    assertThat(patience(100, 99, 1_000_000)).isEqualTo(29);
    assertThat(patience(130, 99, 1_000_000)).isNegative();
  }

  private long patience(long now, long lastByte, long bytes) {
    long second = Duration.ofSeconds(1).toNanos();
    long began = Long.MAX_VALUE - second; // nano clocks may wrap
    return Math.floorDiv(
        pace.patience(began, began + lastByte * second, bytes, began + now * second), second);
  }
}
