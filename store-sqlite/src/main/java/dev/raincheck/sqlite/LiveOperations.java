package dev.raincheck.sqlite;

import dev.raincheck.ledger.OperationId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operations under way, as of the last commit. Nobody else writes the file, so what was written
 * need not be read again. Used by the writer alone; bounded, the least recently used go first.
 */
final class LiveOperations {
  private final Map<OperationId, Known> known;

  LiveOperations(int max) {
    known =
        new LinkedHashMap<>(1024, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<OperationId, Known> eldest) {
            return size() > max;
          }
        };
  }

  @Nullable Known get(OperationId id) {
    return known.get(id);
  }

  /** Remembers what was read or committed; what has ended is forgotten. */
  void put(Known now) {
    var operation = now.operation();
    if (operation.done()) known.remove(operation.id());
    else known.put(operation.id(), now);
  }

  void remove(OperationId id) {
    known.remove(id);
  }

  void clear() {
    known.clear();
  }
}
