package dev.raincheck.server.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what stands at one place of the file; what cannot be read becomes an error there. */
record Values(Binding binding) {
  private static final int LIST_MAX = 200;

  /** A value and the key that it has, from the top of the file. */
  record Found(String path, Tree value) {}

  Optional<String> scalar(Found found) {
    if (!(found.value() instanceof Tree.Scalar scalar)) {
      refuse(found, "must be a single value", null);
      return Optional.empty();
    }
    if (scalar.isNull()) {
      binding.error(scalar.at(), found.path(), "has no value", null, "give one, or leave it out");
      return Optional.empty();
    }
    try {
      return Optional.of(binding.substitution().fill(scalar.text()));
    } catch (Substitution.Unfilled unfilled) {
      binding.error(scalar.at(), found.path(), String.valueOf(unfilled.getMessage()), null, null);
      return Optional.empty();
    }
  }

  <T> Optional<T> parse(Found found, Function<String, Optional<T>> parser, String rule) {
    var text = scalar(found);
    if (text.isEmpty()) return Optional.empty();
    var value = parser.apply(text.get());
    if (value.isEmpty()) refuse(found, rule, null);
    return value;
  }

  Optional<URI> url(Found found) {
    var text = scalar(found);
    var fault = text.flatMap(Urls::fault);
    fault.ifPresent(why -> refuse(found, why, null));
    return fault.isPresent() ? Optional.empty() : text.flatMap(Urls::parse);
  }

  Optional<Long> wholeNumber(Found found) {
    var text = scalar(found);
    if (text.isEmpty()) return Optional.empty();
    var number = Numbers.whole(text.get());
    if (number.isEmpty()) {
      var advice = Numbers.withUnit(text.get()).map(n -> "write " + n).orElse(null);
      refuse(found, "must be a whole number", advice);
    }
    return number;
  }

  Optional<Integer> integer(Found found) {
    var number = wholeNumber(found);
    if (number.isPresent() && number.get() != number.get().intValue()) {
      refuse(found, "must be at most " + Integer.MAX_VALUE, null);
      return Optional.empty();
    }
    return number.map(Long::intValue);
  }

  Optional<Boolean> truth(Found found) {
    return parse(
        found,
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            },
        "must be true or false");
  }

  <E extends Enum<E>> Optional<E> choice(Found found, Class<E> kind) {
    var text = scalar(found);
    if (text.isEmpty()) return Optional.empty();
    var words = Arrays.stream(kind.getEnumConstants()).map(Values::word).toList();
    int index = words.indexOf(text.get());
    if (index >= 0) return Optional.of(kind.getEnumConstants()[index]);
    var near = Nearest.to(text.get(), words).map(word -> "did you mean \"" + word + "\"?");
    refuse(found, "must be one of " + String.join(", ", words), near.orElse(null));
    return Optional.empty();
  }

  /** A secret is never echoed, not even a wrong one. */
  Optional<Secret> secret(Found found) {
    var text = scalar(found);
    if (text.isEmpty()) return Optional.empty();
    return switch (SecretSource.read(text.get(), binding.folder())) {
      case SecretSource.Read(var secret) -> Optional.of(secret);
      case SecretSource.Unread(var reason) -> {
        binding.error(found.value().at(), found.path(), reason, null, null);
        yield Optional.empty();
      }
    };
  }

  <T> Optional<List<T>> each(Found found, Function<Found, Optional<T>> reader) {
    if (!(found.value() instanceof Tree.Sequence(var _, var items))) {
      refuse(found, "must be a list", "write [one, two]");
      return Optional.empty();
    }
    if (items.size() > LIST_MAX) {
      refuse(found, "has more than %d entries".formatted(LIST_MAX), null);
      return Optional.empty();
    }
    var values = new ArrayList<T>();
    for (int i = 0; i < items.size(); i++) {
      var item = new Found("%s[%d]".formatted(found.path(), i), items.get(i));
      reader.apply(item).ifPresent(values::add);
    }
    return Optional.of(values);
  }

  /** A mapping; empty without an error when the key has nothing under it. */
  Optional<Tree.Mapping> mapping(Found found) {
    if (found.value() instanceof Tree.Mapping mapping) return Optional.of(mapping);
    boolean nothing = found.value() instanceof Tree.Scalar scalar && scalar.isNull();
    if (!nothing) refuse(found, "must be a mapping of keys to values", null);
    return Optional.empty();
  }

  void refuse(Found found, String reason, @Nullable String advice) {
    var given = found.value() instanceof Tree.Scalar scalar ? scalar.text() : null;
    binding.error(found.value().at(), found.path(), reason, given, advice);
  }

  /** An enum's constant as the file spells it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
