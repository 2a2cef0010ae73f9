package dev.raincheck.postgres;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The server's clock in whole milliseconds, as this node has read it last; never goes back, over restarts
 * and fail-overs neither. Used by the ledger's thread alone.
 */
final class StoreTime {
  private static final String CLOCK = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

  private final @Nullable InstantSource instead;
  private long last;
  private boolean read;

  /** @param instead what to follow instead of the server's clock, for tests; else null */
  StoreTime(@Nullable InstantSource instead) {
    this.instead = instead;
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
  }

  boolean isRead() {
    return read;
  }

  Instant now() {
    return Instant.ofEpochMilli(last);
  }
}
