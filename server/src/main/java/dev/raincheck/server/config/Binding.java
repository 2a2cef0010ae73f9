package dev.raincheck.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One reading of one file: what all its sections share, and what they find. The keys that were
 * asked for, with their defaults, are the reference of the format: a key that nobody asked for does
 * not exist.
 */
final class Binding {
  private static final int ERRORS_MAX = 100;

  private final String file;
  private final Path folder;
  private final Substitution substitution;

  // A set, because a wrong value under "defaults" is met once for each type.
  private final SequencedSet<ConfigError> errors = new LinkedHashSet<>();
  private final SequencedMap<String, String> keys = new LinkedHashMap<>();
  private final List<Section> sections = new ArrayList<>();

  Binding(String file, Path folder, Substitution substitution) {
    this.file = file;
    this.folder = folder;
    this.substitution = substitution;
  }

  /** The file's top, from which everything is bound. */
  Section top(Tree.Mapping mapping) {
    return opened(new Section(this, "", "", Position.START, mapping, null));
  }

  Section opened(Section section) {
    sections.add(section);
    return section;
  }

  /** Where relative paths start. */
  Path folder() {
    return folder;
  }

  Substitution substitution() {
    return substitution;
  }

  void error(
      Position at, String path, String reason, @Nullable String given, @Nullable String advice) {
    errors.add(new ConfigError(file, at, path, reason, given, advice));
  }

  void asked(String key, String otherwise) {
    keys.putIfAbsent(key, otherwise);
  }

  /** Every key with its default, in the order of binding. */
  Map<String, String> keys() {
    return Collections.unmodifiableMap(keys);
  }

  /** Where else a key of this name exists, as near as possible to the section it stood in. */
  Optional<String> place(String name, String section) {
    return keys.keySet().stream()
        .filter(key -> key.endsWith("." + name) || key.equals(name))
        .max(Comparator.comparingInt(key -> common(key, section)));
  }

  private static int common(String one, String other) {
    int length = 0;
    int end = Math.min(one.length(), other.length());
    while (length < end && one.charAt(length) == other.charAt(length)) length++;
    return length;
  }

  /** Everything that is wrong, in the order of the file; at most 100. */
  List<ConfigError> errors() {
    sections.forEach(Section::refuseUnknownKeys);
    return errors.stream()
        .sorted(ConfigError.IN_FILE_ORDER)
        .limit(ERRORS_MAX)
        .collect(Collectors.toUnmodifiableList());
  }
}
