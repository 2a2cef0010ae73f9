package dev.raincheck.ledger;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;

/**
 * What a batch wants locked and loaded.
 *
 * @param keys in {@link Key#ORDER}
 * @param successors of which lanes the next blocked operations are wanted, and how many of each
 * @param ifFree queues to be locked after all keys, and only if no other node holds them: what runs in them is
 *     counted, and nobody waits for a count
 */
public record LockPlan(SortedSet<Key> keys, Map<Key.Lane, Integer> successors, SortedSet<String> ifFree) {
  public LockPlan(SortedSet<Key> keys, Map<Key.Lane, Integer> successors) {
    this(keys, successors, Collections.emptySortedSet());
  }
}
