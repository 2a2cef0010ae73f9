package dev.raincheck.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a record's constructor demands of its components. Gathers every refusal before throwing. */
final class Checks {
  private final List<InvalidConfig.Wrong> wrong = new ArrayList<>();

  Checks range(String key, long value, long min, long max) {
    return rule(key, value >= min && value <= max, value, "must be from " + min + " to " + max);
  }

  Checks seconds(String key, Duration value, long min, long max) {
    return range(key, value.toSeconds(), min, max);
  }

  Checks seconds(String key, Optional<Duration> value, long min, long max) {
    value.ifPresent(given -> seconds(key, given, min, max));
    return this;
  }

  Checks rule(String key, boolean holds, Object given, String reason) {
    if (!holds) wrong.add(new InvalidConfig.Wrong(key, String.valueOf(given), reason));
    return this;
  }

  void done() {
    if (!wrong.isEmpty()) throw new InvalidConfig(wrong);
  }
}
