package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The canonical form of a JSON value (RFC 8785): members in the order of their names' UTF-16 units,
 * numbers as ECMAScript writes them, no spaces.
 *
 * <p>Where the RFC has no answer, values that differ stay different: an integer that no double can
 * hold keeps its digits, so that two ids beyond 2^53 are not taken for one.
 */
final class Jcs {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Jcs() {}

  static byte[] canonical(JsonNode value) {
    var out = new StringBuilder(256);
    write(value, out);
    return out.toString().getBytes(UTF_8);
  }

  private static void write(JsonNode value, StringBuilder out) {
    switch (value.getNodeType()) {
      case OBJECT -> object(value, out);
      case ARRAY -> {
        out.append('[');
        for (int i = 0; i < value.size(); i++) {
          if (i > 0) out.append(',');
          write(value.get(i), out);
        }
        out.append(']');
      }
      case STRING -> string(value.stringValue(), out);
      case NUMBER -> out.append(number(value.decimalValue()));
      case BOOLEAN -> out.append(value.booleanValue());
      case NULL -> out.append("null");
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("not JSON: " + value.getNodeType());
    }
  }

  private static void object(JsonNode object, StringBuilder out) {
    var members = new TreeMap<String, JsonNode>(); // strings compare by UTF-16 units
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    out.append('{');
    members.forEach(
        (name, value) -> {
          if (out.charAt(out.length() - 1) != '{') out.append(',');
          string(name, out);
          out.append(':');
          write(value, out);
        });
    out.append('}');
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ' || isHalf(text, i)) escape(c, out);
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  /** Half a surrogate pair: no UTF-8 can hold it, and it must not become a question mark. */
  private static boolean isHalf(String text, int at) {
    char c = text.charAt(at);
    if (!Character.isSurrogate(c)) return false;
    return Character.isHighSurrogate(c)
        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
        : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
  }

  private static void escape(char c, StringBuilder out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) out.append(HEX[c >> shift & 15]);
  }

  /** As ECMAScript writes the double that is nearest to a number. */
  static String number(BigDecimal exact) {
    double nearest = exact.doubleValue();
    if (Double.isInfinite(nearest)) return exact.stripTrailingZeros().toString();
    if (nearest == 0) return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toString();

    var shortest = shortest(nearest);
    boolean integer = exact.stripTrailingZeros().scale() <= 0;
    if (integer && shortest.compareTo(exact) != 0) return exact.stripTrailingZeros().toPlainString();
    return ecmaScript(shortest);
  }

  private static BigDecimal shortest(double number) {
    var digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    if (digits.precision() != 2) return digits;
    // Java always writes two digits where one may do: 4.9E-324 for 5e-324.
    var one = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return one.doubleValue() == number ? one.stripTrailingZeros() : digits;
  }

  /** ECMA-262, Number::toString: with digits d of length k, the value is 0.d × 10^n. */
  private static String ecmaScript(BigDecimal shortest) {
    var digits = shortest.unscaledValue().abs().toString();
    int k = digits.length();
    int n = k - shortest.scale();
    var sign = shortest.signum() < 0 ? "-" : "";
    if (k <= n && n <= 21) return sign + digits + "0".repeat(n - k);
    if (0 < n && n <= 21) return sign + digits.substring(0, n) + "." + digits.substring(n);
    if (-6 < n && n <= 0) return sign + "0." + "0".repeat(-n) + digits;
    var exponent = (n - 1 < 0 ? "e-" : "e+") + Math.abs(n - 1);
    return sign + digits.charAt(0) + (k == 1 ? "" : "." + digits.substring(1)) + exponent;
  }
}
