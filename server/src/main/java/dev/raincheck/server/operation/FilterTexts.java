package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.operation.OperationType;
import dev.raincheck.server.text.Rfc3339;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Filters over operations as somebody wrote them, by name: of a query, or of a bulk cancel's body.
 * Both are read by the same rules; what a broken one means differs, so faults are told, not thrown.
 */
final class FilterTexts {
  static final String STATUS = "status";
  static final String TYPE = "type";
  static final String TAG = "tag";
  static final String CORRELATION_ID = "correlation_id";
  static final String PARENT_ID = "parent_id";
  static final String DEAD = "dead";
  static final String CREATED_AFTER = "created_after";
  static final String CREATED_BEFORE = "created_before";

  /** Every filter there is. */
  static final List<String> NAMES =
      List.of(
          STATUS, TYPE, TAG, CORRELATION_ID, PARENT_ID, DEAD, CREATED_AFTER, CREATED_BEFORE);

  /** The public words of states that are not the end. */
  static final List<String> UNDER_WAY =
      List.of("scheduled", "queued", "running", "waiting", "canceling");

  static final List<String> FINAL = List.of("succeeded", "failed", "canceled");

  private static final Pattern A_TAG = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
  private static final Pattern A_CORRELATION = Pattern.compile("[!-~]{1,128}");
  private static final String RESERVED_PREFIX = "raincheck.";

  private final Map<String, String> texts;
  private final List<Fault> faults = new ArrayList<>();

  /** What is wrong with the filter of that name. */
  record Fault(String name, String detail) {}

  /** What came of reading. */
  sealed interface Read {
    record Good(Reader.Filter filter) implements Read {}

    record Bad(List<Fault> faults) implements Read {}
  }

  /**
   * @param texts by name; those that are not there do not restrict
   */
  FilterTexts(Map<String, String> texts) {
    this.texts = new LinkedHashMap<>(texts);
  }

  /** The filter that they mean, for a tenant. */
  Read read(int tenant) {
    var filter =
        new Reader.Filter(
            tenant,
            Optional.ofNullable(one(STATUS, FilterTexts::statuses)).orElse(List.of()),
            one(TYPE, FilterTexts::type),
            one(TAG, text -> matching(A_TAG, text, "has 1 to 64 of A-Z a-z 0-9 _ . : -")),
            one(
                CORRELATION_ID,
                text -> matching(A_CORRELATION, text, "has 1 to 128 visible ASCII characters")),
            one(PARENT_ID, FilterTexts::id),
            one(DEAD, FilterTexts::truth),
            one(CREATED_AFTER, FilterTexts::time),
            one(CREATED_BEFORE, FilterTexts::time));
    return faults.isEmpty() ? new Read.Good(filter) : new Read.Bad(List.copyOf(faults));
  }

  private sealed interface Parsed<T> {
    record Value<T>(T value) implements Parsed<T> {}

    record Wrong<T>(String rule) implements Parsed<T> {}
  }

  private <T> @Nullable T one(String name, Function<String, Parsed<T>> parser) {
    var text = texts.get(name);
    if (text == null) return null;
    return switch (parser.apply(text)) {
      case Parsed.Value<T>(T value) -> value;
      case Parsed.Wrong<T>(String rule) -> {
        faults.add(new Fault(name, "'%s' %s.".formatted(name, rule)));
        yield null;
      }
    };
  }

  private static Parsed<List<String>> statuses(String text) {
    var words = Arrays.stream(text.split(",", -1)).distinct().sorted().toList();
    for (var word : words) {
      if (UNDER_WAY.contains(word) || FINAL.contains(word)) continue;
      return new Parsed.Wrong<>(
          "is a list, with commas, of %s, %s"
              .formatted(String.join(", ", UNDER_WAY), String.join(", ", FINAL)));
    }
    return new Parsed.Value<>(words);
  }

  /** A type that nobody declared (any more) is a fine filter; what never can be one is not. */
  private static Parsed<String> type(String text) {
    boolean reserved =
        text.startsWith(RESERVED_PREFIX)
            && OperationType.isName("x." + text.substring(RESERVED_PREFIX.length()));
    return reserved || OperationType.isName(text)
        ? new Parsed.Value<>(text)
        : new Parsed.Wrong<>("is the name of an operation type, such as report.generate");
  }

  private static Parsed<String> matching(Pattern pattern, String text, String rule) {
    return pattern.matcher(text).matches() ? new Parsed.Value<>(text) : new Parsed.Wrong<>(rule);
  }

  private static Parsed<OperationId> id(String text) {
    return OperationId.parse(text)
        .<Parsed<OperationId>>map(Parsed.Value::new)
        .orElseGet(() -> new Parsed.Wrong<>("is the id of an operation, op_ and 26 characters"));
  }

  private static Parsed<Boolean> truth(String text) {
    return switch (text) {
      case "true" -> new Parsed.Value<>(true);
      case "false" -> new Parsed.Value<>(false);
      default -> new Parsed.Wrong<>("is true or false");
    };
  }

  private static Parsed<Instant> time(String text) {
    return Rfc3339.parse(text)
        .<Parsed<Instant>>map(Parsed.Value::new)
        .orElseGet(
            () -> new Parsed.Wrong<>("is an RFC 3339 time, such as 2026-11-24T08:00:00+01:00"));
  }
}
