package dev.raincheck.server.config;

import dev.raincheck.server.config.Values.Found;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file, read key by key. A wrong value becomes an error of the {@link Binding}
 * and the default takes its place, so that reading goes on and finds the other errors too.
 *
 * <p>A section may lie over another ({@code operations.x} over {@code defaults}): what it does not
 * say itself, the lower one says.
 */
final class Section {
  private final Binding binding;
  private final Values values;
  private final String path;
  private final String documented;
  private final Position at;
  private final Tree.Mapping mapping;
  private final @Nullable Section under;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param path from the top of the file, with this section's own names
   * @param documented the same with a placeholder for names that the operator chose
   * @param at where errors about the section as a whole point: its key
   */
  Section(
      Binding binding,
      String path,
      String documented,
      Position at,
      Tree.Mapping mapping,
      @Nullable Section under) {
    this.binding = binding;
    this.values = new Values(binding);
    this.path = path;
    this.documented = documented;
    this.at = at;
    this.mapping = mapping;
    this.under = under;
  }

  // ---- single values

  Optional<String> text(String key) {
    asks(key, "none");
    return find(key).flatMap(values::scalar);
  }

  String text(String key, String otherwise) {
    asks(key, otherwise.isEmpty() ? "none" : otherwise);
    return find(key).flatMap(values::scalar).orElse(otherwise);
  }

  /** A value without a default; when it is missing, the error says what to give. */
  Optional<String> required(String key, String advice) {
    return demanded(key, advice).flatMap(values::scalar);
  }

  Optional<URI> requiredUrl(String key) {
    return demanded(key, "give a URL such as http://127.0.0.1:9000/work").flatMap(values::url);
  }

  /** A URL that need not be there; {@code otherwise} says what holds without it. */
  Optional<URI> url(String key, String otherwise) {
    asks(key, otherwise);
    return find(key).flatMap(values::url);
  }

  Optional<Secret> secret(String key) {
    asks(key, "none");
    return find(key).flatMap(values::secret);
  }

  Optional<Secret> requiredSecret(String key) {
    return demanded(key, "use ${NAME} or file:path").flatMap(values::secret);
  }

  <T> T parsed(String key, T otherwise, Function<String, Optional<T>> parser, String rule) {
    asks(key, otherwise.toString());
    return find(key).flatMap(found -> values.parse(found, parser, rule)).orElse(otherwise);
  }

  <T> Optional<T> parsed(String key, Function<String, Optional<T>> parser, String rule) {
    asks(key, "none");
    return find(key).flatMap(found -> values.parse(found, parser, rule));
  }

  int integer(String key, int otherwise) {
    asks(key, String.valueOf(otherwise));
    return find(key).flatMap(values::integer).orElse(otherwise);
  }

  OptionalInt integer(String key) {
    asks(key, "none");
    return find(key).flatMap(values::integer).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  long whole(String key, long otherwise) {
    asks(key, String.valueOf(otherwise));
    return find(key).flatMap(values::wholeNumber).orElse(otherwise);
  }

  Duration seconds(String key, Duration otherwise) {
    asks(key, String.valueOf(otherwise.toSeconds()));
    return find(key).flatMap(values::wholeNumber).map(Duration::ofSeconds).orElse(otherwise);
  }

  Optional<Duration> seconds(String key) {
    asks(key, "none");
    return find(key).flatMap(values::wholeNumber).map(Duration::ofSeconds);
  }

  double number(String key, double otherwise) {
    asks(key, BigDecimal.valueOf(otherwise).stripTrailingZeros().toPlainString());
    return find(key)
        .flatMap(found -> values.parse(found, Numbers::decimal, "must be a number"))
        .orElse(otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    asks(key, String.valueOf(otherwise));
    return find(key).flatMap(values::truth).orElse(otherwise);
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    asks(key, Values.word(otherwise));
    return find(key)
        .flatMap(found -> values.choice(found, otherwise.getDeclaringClass()))
        .orElse(otherwise);
  }

  // ---- many values

  List<String> texts(String key, List<String> otherwise) {
    asks(key, otherwise.toString());
    return find(key).flatMap(found -> values.each(found, values::scalar)).orElse(otherwise);
  }

  /** A list without a default; when it is missing, the error says what to give. */
  Optional<List<String>> requiredTexts(String key, String advice) {
    return demanded(key, advice).flatMap(found -> values.each(found, values::scalar));
  }

  /** Lists under names that the operator chose. */
  Map<String, List<String>> textLists(String key) {
    asks(key, "none");
    var lists = new LinkedHashMap<String, List<String>>();
    for (var entry : child(key).mapping.entries().entrySet()) {
      var found = new Found(below(below(path, key), entry.getKey()), entry.getValue().value());
      values.each(found, values::scalar).ifPresent(list -> lists.put(entry.getKey(), list));
    }
    return lists;
  }

  <T> List<T> parsedEach(
      String key, List<T> otherwise, Function<String, Optional<T>> parser, String rule) {
    asks(key, otherwise.toString());
    return find(key)
        .flatMap(found -> values.each(found, item -> values.parse(item, parser, rule)))
        .orElse(otherwise);
  }

  <E extends Enum<E>> List<E> choices(String key, Set<E> otherwise, Class<E> kind) {
    asks(key, otherwise.stream().map(Values::word).toList().toString());
    return find(key)
        .flatMap(found -> values.each(found, item -> values.choice(item, kind)))
        .orElseGet(() -> List.copyOf(otherwise));
  }

  /** Secrets under names that the operator chose. */
  Map<String, Secret> secrets(String key) {
    asks(key, "none");
    var secrets = new LinkedHashMap<String, Secret>();
    for (var entry : child(key).mapping.entries().entrySet()) {
      var found = new Found(below(below(path, key), entry.getKey()), entry.getValue().value());
      values.secret(found).ifPresent(secret -> secrets.put(entry.getKey(), secret));
    }
    return secrets;
  }

  // ---- sections

  /** Whether this very section, not one under it, has the key. */
  boolean says(String key) {
    return mapping.entries().containsKey(key);
  }

  Optional<Found> find(String key) {
    var own = mapping.entries().get(key);
    if (own != null) return Optional.of(new Found(below(path, key), own.value()));
    return under == null ? Optional.empty() : under.find(key);
  }

  /** The section under a key; empty but there when the file has none. */
  Section section(String key) {
    asked.add(key);
    return binding.opened(child(key));
  }

  /** Sections under names that the operator chose. */
  Map<String, Section> sections(String key, String placeholder) {
    return sections(key, placeholder, null);
  }

  /** Sections under names that the operator chose, each over {@code defaults}. */
  Map<String, Section> sections(String key, String placeholder, @Nullable Section defaults) {
    asked.add(key);
    var sections = new LinkedHashMap<String, Section>();
    var group = child(key);
    for (var name : group.mapping.entries().keySet()) {
      var own = group.child(name);
      var generic = below(below(documented, key), placeholder);
      sections.put(
          name,
          binding.opened(new Section(binding, own.path, generic, own.at, own.mapping, defaults)));
    }
    return sections;
  }

  private Section child(String key) {
    var entry = mapping.entries().get(key);
    var own =
        entry == null
            ? Optional.<Tree.Mapping>empty()
            : values.mapping(new Found(below(path, key), entry.value()));
    return new Section(
        binding,
        below(path, key),
        below(documented, key),
        entry == null ? at : entry.keyAt(),
        own.orElseGet(() -> new Tree.Mapping(at, new LinkedHashMap<>())),
        under == null ? null : under.child(key));
  }

  // ---- records and errors

  /**
   * Makes a record of what was read; what its constructor refuses becomes errors in their places.
   */
  <T> T build(Supplier<T> constructor, T otherwise) {
    try {
      return constructor.get();
    } catch (InvalidConfig refused) {
      refused.wrong().forEach(this::refuse);
      return otherwise;
    }
  }

  /** An error about a key itself, or about its absence. */
  void error(String key, String reason, @Nullable String advice) {
    var entry = mapping.entries().get(key);
    binding.error(entry == null ? at : entry.keyAt(), below(path, key), reason, null, advice);
  }

  /** An error about the value of a key, which is shown. */
  void refuse(String key, String reason, @Nullable String advice) {
    find(key)
        .ifPresentOrElse(
            found -> values.refuse(found, reason, advice), () -> error(key, reason, advice));
  }

  private void refuse(InvalidConfig.Wrong wrong) {
    var found = wrong.key().isEmpty() ? Optional.<Found>empty() : locate(wrong);
    boolean hidden = wrong.given().isEmpty() || wrong.given().equals(Secret.HIDDEN);
    binding.error(
        found.map(place -> place.value().at()).orElse(at),
        found.map(Found::path).orElseGet(() -> below(path, wrong.key())),
        wrong.reason(),
        hidden ? null : wrong.given(),
        null);
  }

  private Optional<Found> locate(InvalidConfig.Wrong wrong) {
    var found = Location.of(new Found(path, mapping), wrong);
    return found.isPresent() || under == null ? found : under.locate(wrong);
  }

  void refuseUnknownKeys() {
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!asked.contains(key)) {
                binding.error(entry.keyAt(), below(path, key), "unknown key", null, advice(key));
              }
            });
  }

  private String advice(String key) {
    var near = Nearest.to(key, asked).or(() -> binding.place(key, documented));
    return near.map(word -> "did you mean \"" + word + "\"?")
        .orElseGet(() -> "known here: " + String.join(", ", asked));
  }

  /** Notes a key before it is read, so that unknown ones can be told from known ones. */
  void asks(String key, String otherwise) {
    asked.add(key);
    binding.asked(below(documented, key), otherwise);
  }

  /** Documents a default that is a rule, not a value. Comes before the key is read. */
  void defaultsTo(String key, String rule) {
    binding.asked(below(documented, key), rule);
  }

  Binding binding() {
    return binding;
  }

  private Optional<Found> demanded(String key, String advice) {
    asks(key, "required");
    var found = find(key);
    if (found.isEmpty()) error(key, "is missing", advice);
    return found;
  }

  private static String below(String path, String key) {
    if (key.isEmpty()) return path;
    return path.isEmpty() ? key : path + "." + key;
  }
}
