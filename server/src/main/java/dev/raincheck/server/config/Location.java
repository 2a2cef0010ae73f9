package dev.raincheck.server.config;

import dev.raincheck.server.config.Values.Found;
import java.util.Optional;

/** Finds the place in the file that a record's refusal is about. */
final class Location {
  private Location() {}

  /** Follows a dotted key. Names may have dots themselves, so each entry is tried as a prefix. */
  static Optional<Found> of(Found from, InvalidConfig.Wrong wrong) {
    return of(from, wrong.key()).map(found -> item(found, wrong.given()));
  }

  private static Optional<Found> of(Found from, String key) {
    if (key.isEmpty()) return Optional.of(from);
    if (!(from.value() instanceof Tree.Mapping(var _, var entries))) return Optional.empty();
    return entries.entrySet().stream()
        .filter(entry -> key.equals(entry.getKey()) || key.startsWith(entry.getKey() + "."))
        .map(
            entry -> {
              var rest = key.substring(Math.min(key.length(), entry.getKey().length() + 1));
              var path =
                  from.path().isEmpty() ? entry.getKey() : from.path() + "." + entry.getKey();
              return of(new Found(path, entry.getValue().value()), rest);
            })
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** In a list, the very entry that was refused. */
  private static Found item(Found found, String given) {
    if (!(found.value() instanceof Tree.Sequence(var _, var items))) return found;
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Tree.Scalar scalar && scalar.text().equals(given)) {
        return new Found("%s[%d]".formatted(found.path(), i), scalar);
      }
    }
    return found;
  }
}
