package dev.raincheck.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes the compact form of rows: variable-length numbers, length-prefixed text, a byte for "absent". */
final class Sink {
  private byte[] bytes = new byte[256];
  private int size;

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  void one(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  void flag(boolean value) {
    one(value ? 1 : 0);
  }

  /** Zig-zag and base 128, so that small numbers of either sign take one byte. */
  void number(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void fixed(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) bytes[size++] = (byte) (value >>> shift);
  }

  void real(double value) {
    fixed(Double.doubleToRawLongBits(value));
  }

  void bytes(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void text(String value) {
    bytes(value.getBytes(UTF_8));
  }

  void instant(Instant value) {
    number(value.toEpochMilli());
  }

  void duration(Duration value) {
    number(value.toMillis());
  }

  void id(OperationId value) {
    fixed(value.hi());
    fixed(value.lo());
  }

  /** A byte for presence, then the value. */
  <T> void maybe(@Nullable T value, BiConsumer<Sink, T> write) {
    flag(value != null);
    if (value != null) write.accept(this, value);
  }

  private void room(int more) {
    if (size + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
  }
}
