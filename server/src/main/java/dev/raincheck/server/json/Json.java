package dev.raincheck.server.json;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON by the contract: RFC 8259 in UTF-8 without a byte order mark, no member twice in an
 * object, no text after the value, at most {@link #DEPTH_MAX} levels, numbers of at most {@link
 * #DIGITS_MAX} digits and exponents between ±{@link #EXPONENT_MAX}. All methods agree on what is
 * JSON. Safe for use by several threads.
 */
public final class Json {
  /** How deep objects and arrays may lie in each other. */
  public static final int DEPTH_MAX = 64;

  /** Digits of a number, those of its exponent included. */
  public static final int DIGITS_MAX = 64;

  /**
   * Beyond any use, and small enough that whoever expands a number gets kilobytes, not gigabytes.
   */
  public static final int EXPONENT_MAX = 9_999;

  // How long names and strings are is for the limit of the body to say. Names are not
  // canonicalized:
  // the table for that is shared by all requests and would keep thousands of a hostile sender's.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNumberLength(DIGITS_MAX)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final JsonMapper TREES =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String TOO_SHORT = "it ends before the value is complete";
  private static final String TOO_DEEP =
      "objects and arrays lie in each other more than %d levels deep".formatted(DEPTH_MAX);
  private static final String TOO_MANY_DIGITS =
      "a number has more than %d digits".formatted(DIGITS_MAX);
  private static final String EXPONENT_TOO_FAR =
      "a number's exponent is not between -%d and %d".formatted(EXPONENT_MAX, EXPONENT_MAX);

  private Json() {}

  /** Says what is wrong, without building anything; empty if nothing is. */
  public static Optional<BadJson> check(byte[] bytes) {
    return switch (decode(bytes)) {
      case Text.Broken(var why) -> Optional.of(why);
      case Text.Good(var text) -> Optional.ofNullable(fault(text));
    };
  }

  /** The value as a tree. */
  public static Reading read(byte[] bytes) {
    return switch (decode(bytes)) {
      case Text.Broken(var why) -> new Reading.Broken(why);
      case Text.Good(var text) -> {
        var fault = fault(text);
        yield fault == null ? new Reading.Value(TREES.readTree(text)) : new Reading.Broken(fault);
      }
    };
  }

  /**
   * The bytes of one member's value exactly as they were sent, without the spaces around it.
   *
   * @param object what {@link #read} or {@link #check} found to be good
   * @return empty if it is no object or has no such member
   */
  public static Optional<byte[]> rawMember(byte[] object, String name) {
    var text = new String(object, StandardCharsets.UTF_8);
    try (var parser = parser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) return Optional.empty();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean wanted = parser.currentName().equals(name);
        parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        if (!wanted) continue;
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        return Optional.of(text.substring(start, end).strip().getBytes(StandardCharsets.UTF_8));
      }
      return Optional.empty();
    }
  }

  private sealed interface Text {
    record Good(String text) implements Text {}

    record Broken(BadJson why) implements Text {}
  }

  private static Text decode(byte[] bytes) {
    var text = Utf8.decode(bytes);
    if (text == null) return broken("The body is not UTF-8.");
    if (text.startsWith("\uFEFF")) {
      return broken("The body begins with a byte order mark; send it without.");
    }
    return new Text.Good(text);
  }

  private static Text broken(String detail) {
    return new Text.Broken(new BadJson(detail, null));
  }

  private static JsonParser parser(String text) {
    return FACTORY.createParser(ObjectReadContext.empty(), text);
  }

  private static @Nullable BadJson fault(String text) {
    try (var parser = parser(text)) {
      BadJson wrong;
      try {
        wrong = value(parser);
      } catch (JacksonException broken) {
        return explain(broken, parser);
      }
      return wrong == null ? textAfter(parser) : wrong;
    }
  }

  private static @Nullable BadJson value(JsonParser parser) {
    int open = 0;
    do {
      var token = parser.nextToken();
      if (token == null) return new BadJson("The body is empty; send a JSON value.", null);
      switch (token) {
        case START_OBJECT, START_ARRAY -> open++;
        case END_OBJECT, END_ARRAY -> open--;
        case VALUE_STRING ->
            parser.finishToken(); // Read lazily: the last one would never be looked at.
        case VALUE_NUMBER_FLOAT -> {
          var wrong = number(parser);
          if (wrong != null) return wrong;
        }
        default -> {}
      }
    } while (open > 0);
    return null;
  }

  /**
   * Counts for itself: the parser's own count forgets a digit after a sign, and knows no exponents.
   */
  private static @Nullable BadJson number(JsonParser parser) {
    var text = parser.getStringCharacters();
    int digits = 0;
    int exponent = -1;
    for (int i = parser.getStringOffset(), n = parser.getStringLength(); n > 0; i++, n--) {
      char c = text[i];
      if (c == 'e' || c == 'E') exponent = 0;
      if (c < '0' || c > '9') continue;
      digits++;
      if (exponent >= 0) exponent = Math.min(exponent * 10 + c - '0', EXPONENT_MAX + 1);
    }
    var where = parser.currentTokenLocation();
    if (digits > DIGITS_MAX) return at(parser, where, TOO_MANY_DIGITS);
    return exponent > EXPONENT_MAX ? at(parser, where, EXPONENT_TOO_FAR) : null;
  }

  private static @Nullable BadJson textAfter(JsonParser parser) {
    TokenStreamLocation where;
    try {
      if (parser.nextToken() == null) return null;
      where = parser.currentTokenLocation();
    } catch (JacksonException broken) {
      where = broken.getLocation();
    }
    return new BadJson(
        "There is text after the value, at line %d, column %d; send exactly one JSON value."
            .formatted(where.getLineNr(), where.getColumnNr()),
        null);
  }

  private static BadJson explain(JacksonException broken, JsonParser parser) {
    var message = broken.getOriginalMessage();
    var what =
        switch (broken) {
          case UnexpectedEndOfInputException _ -> TOO_SHORT;
          case StreamConstraintsException _ when message.contains("nesting depth") -> TOO_DEEP;
          case StreamConstraintsException _ when message.startsWith("Number") -> TOO_MANY_DIGITS;
          default ->
              message.startsWith("Duplicate")
                  ? "an object has the same member twice"
                  : message.startsWith("Unexpected end-of-input")
                      ? TOO_SHORT
                      : "a character is out of place";
        };
    var where = broken.getLocation();
    return at(parser, where == null ? parser.currentLocation() : where, what);
  }

  private static BadJson at(JsonParser parser, TokenStreamLocation where, String what) {
    return new BadJson(
        "The body cannot be read as JSON: %s, at line %d, column %d."
            .formatted(what, where.getLineNr(), where.getColumnNr()),
        Pointers.ofWhole(parser.streamReadContext().pathAsPointer().toString()));
  }
}
