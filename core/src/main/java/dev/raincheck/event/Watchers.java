package dev.raincheck.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Who follows what: entries in a table. */
final class Watchers<K, W> {
  private final ConcurrentHashMap<K, List<W>> table = new ConcurrentHashMap<>();

  void add(K key, W watcher) {
    table.merge(
        key,
        List.of(watcher),
        (list, one) -> {
          var longer = new ArrayList<W>(list.size() + 1);
          longer.addAll(list);
          longer.addAll(one);
          return longer;
        });
  }

  void remove(K key, W watcher) {
    table.computeIfPresent(
        key,
        (_, list) -> {
          if (list.size() == 1) return list.getFirst() == watcher ? null : list;
          var rest = new ArrayList<>(list);
          rest.remove(watcher);
          return rest;
        });
  }

  /** Never changed: who comes or goes makes a new list. */
  List<W> of(K key) {
    return table.getOrDefault(key, List.of());
  }

  boolean has(K key) {
    return table.containsKey(key);
  }

  boolean isEmpty() {
    return table.isEmpty();
  }

  void forEach(Consumer<W> action) {
    table.values().forEach(list -> list.forEach(action));
  }
}
