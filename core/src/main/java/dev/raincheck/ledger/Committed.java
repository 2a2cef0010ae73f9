package dev.raincheck.ledger;

import java.util.Map;

/** What became of a commit. */
public sealed interface Committed {
  /** It stands. {@code firstOffset} is the offset of the batch's first entry in each stream. */
  record Yes(Map<String, Long> firstOffset) implements Committed {}

  /** Nothing happened (a serialization failure, a deadlock): the whole batch again. */
  record Again() implements Committed {}

  /** The database refuses a value and nothing happened: halve the batch to find whose. */
  record Poison(String why) implements Committed {}

  /**
   * There is no room and nothing happened. Work under way may still be recorded, from space kept back for
   * it; batches that bring new operations are refused until there is room again.
   */
  record Full(String why) implements Committed {}

  /** Nobody knows. An embedded store is to be closed and its process ended; a server can be asked. */
  record Unsure(String why) implements Committed {}
}
