package dev.raincheck.server.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What part of a representation a request wants (RFC 9110, 14). What cannot be understood is ignored. */
sealed interface ByteRange {
  /** All of it. */
  record Whole() implements ByteRange {}

  /** From the first to the last byte, both included, from 0. */
  record Part(long first, long last) implements ByteRange {
    long length() {
      return last - first + 1;
    }
  }

  /** Nothing of it is in the representation. */
  record Unsatisfiable() implements ByteRange {}

  Pattern SPEC = Pattern.compile("([0-9]*)-([0-9]*)");
  String UNIT = "bytes=";

  /**
   * @param range the lines of that header
   * @param ifRange the lines of that header: only the current, strong validator lets a range through; a
   *     date or anything else asks for the whole
   */
  static ByteRange of(List<String> range, List<String> ifRange, String etag, long length) {
    if (range.size() != 1) return new Whole();
    if (!ifRange.isEmpty() && !ifRange.equals(List.of(etag))) return new Whole();
    var text = range.getFirst().strip();
    if (!text.toLowerCase(Locale.ROOT).startsWith(UNIT)) return new Whole();
    var specs = new ArrayList<String>();
    for (var one : text.substring(UNIT.length()).split(",", -1)) {
      if (!one.isBlank()) specs.add(one.strip());
    }
    // Several ranges would be several parts; the whole has them all.
    return specs.size() == 1 ? of(specs.getFirst(), length) : new Whole();
  }

  private static ByteRange of(String spec, long length) {
    var numbers = SPEC.matcher(spec);
    if (!numbers.matches() || spec.length() == 1) return new Whole();
    if (numbers.group(1).isEmpty()) {
      long suffix = number(numbers.group(2));
      if (suffix == 0 || length == 0) return new Unsatisfiable();
      return new Part(Math.max(0, length - suffix), length - 1);
    }
    long first = number(numbers.group(1));
    long last = numbers.group(2).isEmpty() ? Long.MAX_VALUE : number(numbers.group(2));
    if (last < first) return new Whole();
    if (first >= length) return new Unsatisfiable();
    return new Part(first, Math.min(last, length - 1));
  }

  /** What is too long for a number is past every end. */
  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException tooLong) {
      return Long.MAX_VALUE;
    }
  }
}
