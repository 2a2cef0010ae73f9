package dev.raincheck.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times are kept in milliseconds, so what comes finer from outside is cut before it is decided on. */
final class Moments {
  private Moments() {}

  static @Nullable Instant kept(@Nullable Instant moment) {
    return moment == null ? null : moment.truncatedTo(ChronoUnit.MILLIS);
  }
}
