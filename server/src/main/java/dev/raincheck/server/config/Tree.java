package dev.raincheck.server.config;

import java.util.List;
import java.util.SequencedMap;

/** A YAML document that remembers where everything stood. Scalars are still text. */
sealed interface Tree {
  Position at();

  /** A single value; {@code plain} when it stood without quotes, and so may be a number or null. */
  record Scalar(Position at, String text, boolean plain) implements Tree {
    /** {@code key:}, {@code key: ~} and {@code key: null} say nothing. */
    boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }
  }

  record Sequence(Position at, List<Tree> items) implements Tree {}

  record Mapping(Position at, SequencedMap<String, Entry> entries) implements Tree {}

  record Entry(Position keyAt, Tree value) {}
}
