package dev.raincheck.chaos;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The operations that were accepted last, for those who read. */
final class Known {
  private static final int KEPT = 256;

  private final AtomicReferenceArray<@Nullable String> last = new AtomicReferenceArray<>(KEPT);
  private final AtomicLong count = new AtomicLong();

  void add(String id) {
    last.set((int) (count.getAndIncrement() % KEPT), id);
  }

  /** One of them; null if there is none yet. */
  @Nullable String any(RandomGenerator dice) {
    return last.get(dice.nextInt(KEPT));
  }
}
