package dev.raincheck.server.http;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query of a URL, strictly decoded. Unknown parameters are there, and may be ignored. */
public final class Query {
  private static final Query EMPTY = new Query(Map.of());

  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * @param raw the part after the question mark; null without one
   * @throws RefusedException 400 if percent-encoding is broken
   */
  static Query parse(@Nullable String raw) {
    if (raw == null || raw.isEmpty()) return EMPTY;

    var values = new LinkedHashMap<String, List<String>>();
    for (String pair : raw.split("&")) {
      if (pair.isEmpty()) continue;
      int equals = pair.indexOf('=');
      String name = PercentEncoding.decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : PercentEncoding.decode(pair.substring(equals + 1));
      values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
    }
    return new Query(values);
  }

  /** The names that are there, in the order of their first appearance. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Every value of a parameter as sent, empty ones too; none if it is not there. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * The value of a parameter that may be there once.
   *
   * @throws RefusedException 400 {@code invalid_request} if it is empty or repeated
   */
  public Optional<String> single(String name) {
    return single(name, ProblemCode.INVALID_REQUEST);
  }

  /**
   * The same with another code.
   *
   * @throws RefusedException with that code if it is empty or repeated
   */
  public Optional<String> single(String name, ProblemCode code) {
    var all = all(name);
    if (all.isEmpty()) return Optional.empty();
    if (all.size() > 1) {
      throw Refusal.ofParameter(code, name, "Give the query parameter '%s' once.".formatted(name))
          .asException();
    }
    if (all.getFirst().isEmpty()) {
      throw Refusal.ofParameter(
              code, name, "The query parameter '%s' is empty: give it a value.".formatted(name))
          .asException();
    }
    return Optional.of(all.getFirst());
  }

  /**
   * For routes that take no query parameters at all.
   *
   * @throws RefusedException 400 {@code unknown_field} that names each one
   */
  public void refuseAny() {
    if (values.isEmpty()) return;
    throw Refusal.of(ProblemCode.UNKNOWN_FIELD, "This route takes no query parameters.")
        .because(
            names().stream()
                .map(
                    name ->
                        Problem.Error.inParameter(
                            name, ProblemCode.UNKNOWN_FIELD.code(), "Not known here."))
                .toList())
        .asException();
  }
}
