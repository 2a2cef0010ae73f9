package dev.raincheck.postgres;

import dev.raincheck.ledger.Key;
import java.util.List;

/** Keys under which there was nothing: locked by a row that the commit must fill or take away. */
record Absent(List<Key.Idem> idems, List<Key.Lane> lanes, List<Key.Doc> docs) {
  static final Absent NONE = new Absent(List.of(), List.of(), List.of());
}
