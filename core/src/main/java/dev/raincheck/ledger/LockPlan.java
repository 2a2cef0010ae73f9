package dev.raincheck.ledger;

import java.util.Map;
import java.util.SortedSet;

/**
 * What a batch wants locked and loaded.
 *
 * @param keys in {@link Key#ORDER}
 * @param successors of which lanes the next blocked operations are wanted, and how many of each
 */
public record LockPlan(SortedSet<Key> keys, Map<Key.Lane, Integer> successors) {}
