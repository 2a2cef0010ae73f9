package dev.raincheck.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A published event: an immutable fact, with the attributes of a CloudEvent. Its offset and its tenant are its
 * stream's to tell.
 *
 * @param topic whose stream tells it
 * @param id its publisher's name for it; that it is the only one of that name is the publisher's care
 * @param source who published it, a URI reference; null for nobody but the topic itself
 * @param type what kind of fact, such as {@code OrderPaid}
 * @param key what it is about, such as an order's number: events of one key are in order; null for none
 * @param at when it happened, in whole milliseconds
 * @param data null if it has none
 * @param extensions further attributes by their CloudEvents names, such as {@code traceparent}
 */
public record Fact(
    String topic,
    String id,
    @Nullable String source,
    String type,
    @Nullable String key,
    Instant at,
    Payload.@Nullable Inline data,
    Map<String, String> extensions) {
  /** How many bytes of data an event may have: CloudEvents asks of everyone to pass on this much, and no more. */
  public static final int DATA_MAX = 64 << 10;

  private static final int TEXT_MAX = 255;
  private static final int LONG_TEXT_MAX = 1_024;
  private static final int EXTENSIONS_MAX = 20;
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");
  private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,20}");
  private static final String RESERVED = "raincheck.";

  /** Attributes that an event has anyway, or that are given when it is told. */
  private static final Set<String> TAKEN =
      Set.of(
          "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data", "topic", "key", "offset",
          "cursor", "resync");

  public Fact {
    at = Instant.ofEpochMilli(at.toEpochMilli());
    extensions = Map.copyOf(extensions);
  }

  /** Whether it could be a topic's name: 1 to 200 of {@code A-Z a-z 0-9 . _ -}, not beginning with a dot or dash. */
  public static boolean isTopic(String name) {
    return TOPIC.matcher(name).matches() && !name.startsWith(RESERVED);
  }

  /** Why it cannot be published, as a sentence without any of its values; null if it can. */
  @Nullable String problem() {
    if (!isTopic(topic)) return "Its topic is not a name of 1 to 200 of A-Z a-z 0-9 . _ - that is free to use.";
    if (!fits(id, TEXT_MAX)) return "Its id is empty or longer than " + TEXT_MAX + " characters.";
    if (!fits(type, TEXT_MAX)) return "Its type is empty or longer than " + TEXT_MAX + " characters.";
    if (key != null && !fits(key, TEXT_MAX)) return "Its key is empty or longer than " + TEXT_MAX + " characters.";
    if (source != null && !fits(source, LONG_TEXT_MAX)) {
      return "Its source is empty or longer than " + LONG_TEXT_MAX + " characters.";
    }
    if (data != null && data.size() > DATA_MAX) return tooLong(data.size());
    if (data != null && !fits(data.mediaType(), TEXT_MAX)) return "Its media type is empty or too long.";
    return extensionsFit() ? null : "It has too many further attributes, or one with a bad name or a long value.";
  }

  static String tooLong(long bytes) {
    return "Its data has %d bytes, and %d is the most that is published.".formatted(bytes, DATA_MAX);
  }

  private boolean extensionsFit() {
    return extensions.size() <= EXTENSIONS_MAX
        && extensions.entrySet().stream()
            .allMatch(
                one ->
                    EXTENSION.matcher(one.getKey()).matches()
                        && !TAKEN.contains(one.getKey())
                        && one.getValue().length() <= LONG_TEXT_MAX);
  }

  private static boolean fits(String text, int max) {
    return !text.isEmpty() && text.length() <= max;
  }

  /** About how many bytes it takes in a segment. */
  public int weight() {
    int text = 0;
    for (var one : extensions.entrySet()) text += one.getKey().length() + one.getValue().length();
    text += id.length() + type.length() + (key == null ? 0 : key.length()) + (source == null ? 0 : source.length());
    return text + (data == null ? 0 : data.bytes().length);
  }
}
