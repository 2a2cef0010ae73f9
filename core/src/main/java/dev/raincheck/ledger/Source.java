package dev.raincheck.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Sink} wrote. Bytes that are no such thing end in a {@link StoreException}. */
final class Source {
  private final byte[] bytes;
  private int at;

  Source(byte[] bytes) {
    this.bytes = bytes;
  }

  int one() {
    need(1);
    return bytes[at++] & 0xFF;
  }

  boolean flag() {
    return one() != 0;
  }

  long number() {
    long rest = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = one();
      rest |= (long) (next & 0x7F) << shift;
      if (next < 0x80) return (rest >>> 1) ^ -(rest & 1);
    }
    throw unreadable();
  }

  int small() {
    long value = number();
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) throw unreadable();
    return (int) value;
  }

  /**
   * How many elements follow. Each takes at least one byte, so a count beyond the bytes that are left is
   * no count: a row that was damaged must not ask for the memory of a list that it cannot fill.
   */
  int count() {
    int count = small();
    need(count);
    return count;
  }

  long fixed() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | (bytes[at++] & 0xFF);
    return value;
  }

  double real() {
    return Double.longBitsToDouble(fixed());
  }

  byte[] bytes() {
    int length = small();
    need(length);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  String text() {
    int length = small();
    need(length);
    at += length;
    return new String(bytes, at - length, length, UTF_8);
  }

  Instant instant() {
    return Instant.ofEpochMilli(number());
  }

  Duration duration() {
    return Duration.ofMillis(number());
  }

  OperationId id() {
    return new OperationId(fixed(), fixed());
  }

  <T> @Nullable T maybe(Function<Source, T> read) {
    return flag() ? read.apply(this) : null;
  }

  /** Whether nothing is left. */
  boolean isOver() {
    return at == bytes.length;
  }

  private void need(int count) {
    if (count < 0 || count > bytes.length - at) throw unreadable();
  }

  private static StoreException unreadable() {
    return new StoreException("a row is not in a format that this version reads");
  }
}
