package dev.raincheck.postgres;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where operations belong that this node has seen: that never changes, so it need not be read again. Used
 * by the ledger's thread alone; bounded, the least recently used go first.
 */
final class Places {
  private static final int MAX = 32_768;

  private final Map<OperationId, Place> known =
      new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<OperationId, Place> eldest) {
          return size() > MAX;
        }
      };

  @Nullable Place get(OperationId id) {
    return known.get(id);
  }

  void put(OperationId id, Place place) {
    known.put(id, place);
  }

  void remove(OperationId id) {
    known.remove(id);
  }
}
