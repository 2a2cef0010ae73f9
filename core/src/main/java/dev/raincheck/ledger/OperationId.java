package dev.raincheck.ledger;

import java.util.Optional;

/**
 * The name of an operation: 128 bits, of which 48 are the millisecond it was made in, 12 are reserved
 * for placement and 68 are random. Its text is {@code op_} and 26 upper-case Crockford base-32 digits,
 * compared exactly. Never relied on for order, and never a capability.
 */
public record OperationId(long hi, long lo) implements Key, Comparable<OperationId> {
  private static final String PREFIX = "op_";
  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int DIGITS_COUNT = 26;
  private static final byte[] VALUES = values();

  /** Reads the canonical text; anything else, lower case included, is no id. */
  public static Optional<OperationId> parse(String text) {
    if (text.length() != PREFIX.length() + DIGITS_COUNT || !text.startsWith(PREFIX)) {
      return Optional.empty();
    }
    long hi = 0;
    long lo = 0;
    for (int i = PREFIX.length(); i < text.length(); i++) {
      char c = text.charAt(i);
      int value = c < VALUES.length ? VALUES[c] : -1;
      // 26 digits hold 130 bits: the first one may only carry three.
      if (value < 0 || (i == PREFIX.length() && value > 7)) return Optional.empty();
      hi = (hi << 5) | (lo >>> 59);
      lo = (lo << 5) | value;
    }
    return Optional.of(new OperationId(hi, lo));
  }

  /** The public form, such as {@code op_01JD8X0000000000000000000Z}. */
  public String text() {
    char[] out = new char[PREFIX.length() + DIGITS_COUNT];
    PREFIX.getChars(0, PREFIX.length(), out, 0);
    long h = hi;
    long l = lo;
    for (int i = out.length - 1; i >= PREFIX.length(); i--) {
      out[i] = DIGITS[(int) (l & 31)];
      l = (l >>> 5) | (h << 59);
      h >>>= 5;
    }
    return new String(out);
  }

  @Override
  public int compareTo(OperationId other) {
    int byHi = Long.compareUnsigned(hi, other.hi);
    return byHi != 0 ? byHi : Long.compareUnsigned(lo, other.lo);
  }

  @Override
  public String toString() {
    return text();
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    java.util.Arrays.fill(values, (byte) -1);
    for (int i = 0; i < DIGITS.length; i++) values[DIGITS[i]] = (byte) i;
    return values;
  }
}
