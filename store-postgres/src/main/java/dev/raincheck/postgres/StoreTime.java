package dev.raincheck.postgres;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's clock in whole milliseconds; never goes back, over restarts and fail-overs neither. Read by
 * the ledger's thread; everyone else sees what it read last, moved on by this process's monotonic clock.
 */
final class StoreTime implements InstantSource {
  private static final String CLOCK = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

  /** @param millis what the server's clock showed when this process's own showed {@code nanos} */
  private record Seen(long millis, long nanos) {}

  private final LongSupplier nanos;
  private final @Nullable InstantSource instead;
  private volatile Seen seen;
  private long last;
  private boolean read;

  /**
   * @param first what the server's clock showed just now, in milliseconds
   * @param instead what to follow instead of the server's clock, for tests; else null
   */
  StoreTime(long first, LongSupplier nanos, @Nullable InstantSource instead) {
    this.nanos = nanos;
    this.instead = instead;
    last = instead == null ? first : instead.millis();
    seen = new Seen(last, nanos.getAsLong());
  }

  /** What to take for the server's clock, in milliseconds; null for that clock itself. */
  @Nullable Long instead() {
    return instead == null ? null : instead.millis();
  }

  /** A transaction begins: what was read before is old. */
  void begin(long highWater) {
    last = Math.max(last, highWater);
    read = false;
  }

  /** Adds the question to a message, behind its locks. */
  Message ask(Message message) {
    return message.ask(CLOCK, row -> saw(row.getLong(1)));
  }

  private void saw(long millis) {
    read = true;
    last = Math.max(last, instead == null ? millis : instead.millis());
    seen = new Seen(last, nanos.getAsLong());
  }

  /** What the clock showed in another question: what that led to is looked at by no earlier a time. */
  void heard(long millis) {
    seen = new Seen(millis, nanos.getAsLong());
  }

  boolean isRead() {
    return read;
  }

  /** What the transaction's last question was told. */
  Instant now() {
    return Instant.ofEpochMilli(last);
  }

  @Override
  public Instant instant() {
    var then = seen;
    return Instant.ofEpochMilli(then.millis + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - then.nanos));
  }
}
