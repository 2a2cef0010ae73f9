package dev.raincheck.server.event;

import dev.raincheck.ledger.Fact;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Query;
import dev.raincheck.server.http.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which of a tenant's published events are asked for.
 *
 * @param types of which one must be the event's, exactly; empty for all
 */
record TopicFilter(String topic, List<String> types) {
  private static final String TOPIC = "topic";
  private static final String TYPES = "types";
  private static final int TYPES_MAX = 50;
  private static final int TYPE_MAX = 255;

  /** What only operations have. */
  private static final List<String> OF_OPERATIONS = List.of("tags", "correlation_id");

  /**
   * Empty if no topic is asked for.
   *
   * @throws dev.raincheck.server.http.RefusedException 400 if what is asked for cannot be
   */
  static Optional<TopicFilter> of(Query query) {
    var topic = query.single(TOPIC);
    if (topic.isEmpty()) return Optional.empty();
    if (!Fact.isTopic(topic.get())) {
      throw refusal(TOPIC, "is a name of 1 to 200 of A-Z a-z 0-9 . _ -, and does not begin with 'raincheck.'");
    }
    for (var name : OF_OPERATIONS) {
      if (query.single(name).isPresent()) throw refusal(name, "is of operations, and published events have none");
    }
    return Optional.of(new TopicFilter(topic.get(), query.single(TYPES).map(TopicFilter::types).orElse(List.of())));
  }

  private static List<String> types(String text) {
    var types = Arrays.stream(text.split(",", -1)).distinct().sorted().toList();
    boolean valid =
        types.size() <= TYPES_MAX
            && types.stream()
                .allMatch(type -> !type.isEmpty() && type.length() <= TYPE_MAX && type.chars().noneMatch(Character::isISOControl));
    if (!valid) throw refusal(TYPES, "is a list, with commas, of at most 50 types, each of 1 to 255 characters");
    return types;
  }

  private static RuntimeException refusal(String name, String rule) {
    return Refusal.ofParameter(ProblemCode.INVALID_REQUEST, name, "'%s' %s.".formatted(name, rule)).asException();
  }

  boolean matches(Fact fact) {
    return types.isEmpty() || types.contains(fact.type());
  }

  /** A line for each restriction; no value can hold a line feed. */
  String meaning() {
    return "topic=" + topic + "\ntypes=" + types + "\n";
  }
}
