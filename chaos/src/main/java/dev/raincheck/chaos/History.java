package dev.raincheck.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Everything that was seen, by all observers. */
final class History {
  private final Queue<Seen> all = new ConcurrentLinkedQueue<>();

  void add(Seen seen) {
    all.add(seen);
  }

  /** Those of a kind, in the order in which they began. */
  <T extends Seen> List<T> of(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).sorted(Comparator.comparingLong(Seen::began)).toList();
  }

  int size() {
    return all.size();
  }

  /** One line for each, in order. */
  void dump(Path file) throws IOException {
    Files.write(file, (Iterable<String>) of(Seen.class).stream().map(Seen::toString)::iterator);
  }
}
