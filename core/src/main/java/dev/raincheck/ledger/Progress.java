package dev.raincheck.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far an attempt has come: the last value that it told. Every member is optional. */
public record Progress(
    @Nullable Double percent,
    @Nullable Double current,
    @Nullable Double total,
    @Nullable String unit,
    @Nullable String message,
    @Nullable Instant etaAt) {
  /** Limits of the contract, in characters. */
  public static final int MESSAGE_MAX = 500;

  public static final int UNIT_MAX = 40;

  public Progress {
    etaAt = Moments.kept(etaAt);
    if (message != null && message.length() > MESSAGE_MAX) {
      throw new IllegalArgumentException("a progress message has at most " + MESSAGE_MAX + " characters");
    }
    if (unit != null && unit.length() > UNIT_MAX) {
      throw new IllegalArgumentException("a progress unit has at most " + UNIT_MAX + " characters");
    }
  }

  /** {@code current} of {@code total} {@code unit}s, such as 17 of 40 pages. */
  public static Progress of(double current, double total, @Nullable String unit) {
    return new Progress(null, current, total, unit, null, null);
  }

  public Progress with(String newMessage) {
    return new Progress(percent, current, total, unit, newMessage, etaAt);
  }
}
