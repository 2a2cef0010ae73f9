package dev.raincheck.server.event;

import dev.raincheck.event.Event;
import dev.raincheck.ledger.Operation;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Query;
import dev.raincheck.server.http.Refusal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of a tenant's events a stream is about. Empty lists do not restrict; of a list, one must fit.
 *
 * @param events names of events, such as {@code operation.succeeded}
 * @param operations types of operations, such as {@code report.generate}
 */
record EventFilter(
    List<String> events, List<String> operations, List<String> tags, @Nullable String correlationId) {
  private static final String TYPES = "types";
  private static final String TAGS = "tags";
  private static final String CORRELATION_ID = "correlation_id";
  private static final int LIST_MAX = 50;

  private static final String ANY_EVENT = "operation.*";
  private static final List<String> EVENTS =
      List.of(
          ANY_EVENT, "operation.scheduled", "operation.queued", "operation.running", "operation.waiting",
          "operation.canceling", "operation.succeeded", "operation.failed", "operation.canceled",
          "operation.progress", "operation.log", "operation.output");
  private static final Pattern A_TYPE = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");
  private static final int TYPE_MAX = 100;
  private static final Pattern A_TAG = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
  private static final Pattern A_CORRELATION = Pattern.compile("[!-~]{1,128}");

  static EventFilter of(Query query) {
    var types =
        list(
            query, TYPES, EventFilter::isType,
            "is a list, with commas, of events such as operation.succeeded, and of operation types");
    return new EventFilter(
        types.stream().filter(EventFilter::isEvent).toList(),
        types.stream().filter(type -> !isEvent(type)).toList(),
        list(query, TAGS, A_TAG.asMatchPredicate(), "is a list, with commas, of 1 to 64 of A-Z a-z 0-9 _ . : -"),
        query
            .single(CORRELATION_ID)
            .map(text -> checked(CORRELATION_ID, text, A_CORRELATION.asMatchPredicate(), "has 1 to 128 visible ASCII characters"))
            .orElse(null));
  }

  /** Names of events all begin alike; whatever else can be a type of operations is one. */
  private static boolean isEvent(String text) {
    return text.startsWith("operation.");
  }

  private static boolean isType(String text) {
    if (isEvent(text)) return EVENTS.contains(text);
    return text.length() <= TYPE_MAX && A_TYPE.matcher(text).matches();
  }

  private static List<String> list(Query query, String name, Predicate<String> valid, String rule) {
    var text = query.single(name);
    if (text.isEmpty()) return List.of();
    var words = Arrays.stream(text.get().split(",", -1)).distinct().sorted().toList();
    if (words.size() > LIST_MAX) throw refusal(name, "has at most %d elements".formatted(LIST_MAX));
    words.forEach(word -> checked(name, word, valid, rule));
    return words;
  }

  private static String checked(String name, String text, Predicate<String> valid, String rule) {
    if (valid.test(text)) return text;
    throw refusal(name, rule);
  }

  private static RuntimeException refusal(String name, String rule) {
    return Refusal.ofParameter(ProblemCode.INVALID_REQUEST, name, "'%s' %s.".formatted(name, rule)).asException();
  }

  boolean matches(Event event) {
    return (events.isEmpty() || events.contains(ANY_EVENT) || events.contains(EventDocument.type(event)))
        && isAbout(event.operation());
  }

  private boolean isAbout(Operation operation) {
    var what = operation.submission();
    return (operations.isEmpty() || operations.contains(what.type()))
        && (tags.isEmpty() || !Collections.disjoint(tags, what.tags()))
        && (correlationId == null || correlationId.equals(operation.correlationId()));
  }

  /** A line for each restriction; no value can hold a line feed. */
  String meaning() {
    return "types=" + events + operations + "\ntags=" + tags + "\ncorrelation_id=" + correlationId + "\n";
  }
}
