package dev.raincheck.ledger;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The storage seam: transactions for the ledger, and reads for everyone else. A store selects, orders and
 * locks by columns that Java decided; it never judges.
 */
public interface Store extends AutoCloseable {
  /** Begins the ledger's next transaction. Called by one thread at a time. */
  Tx begin();

  /**
   * Reads committed state in one short snapshot, on one of the store's own few threads. The caller waits,
   * at most {@link #READ_SECONDS_MAX}. Never held while a client is slow.
   *
   * @throws StoreException if the store cannot answer in time or at all
   */
  <T> T read(Function<Reader, T> query);

  /** After an unsure commit: waits until that transaction is over, then says what became of it. */
  boolean committed(long node, long batch);

  /**
   * The store's time as this process knows it, without asking: what it was told last, moved on by its own
   * monotonic clock. Good for nominations; decisions take {@link Tx#now}.
   */
  InstantSource clock();

  /** What a store offers that other processes use at the same time; empty if it is one process's. */
  default Optional<Shared> shared() {
    return Optional.empty();
  }

  /** Whether applications can put events into an outbox of this store. */
  default boolean hasOutbox() {
    return false;
  }

  /** For the start-up screen: what it is, where, and what its commits survive. */
  Description describe();

  @Override
  void close();

  int READ_SECONDS_MAX = 10;

  /** A store that many nodes share. */
  interface Shared {
    /**
     * Renews a session's lease and tells whether there is anything to do, in one question: so a node that
     * rests hardly asks at all. Called by one thread at a time.
     *
     * @throws StoreException if the store cannot answer
     */
    Pulse pulse(Pulse.Question question);

    /**
     * Runs an action soon after other processes have committed, if the store can tell. A hint: it may come
     * late, for nothing, or never. The action hands over and returns.
     */
    void whenOthersCommit(Hint action);

    /** What is heard of others. */
    interface Hint {
      /** @param readyWork whether they may have left operations that could start here */
      void committed(boolean readyWork);
    }
  }

  /**
   * @param name such as {@code SQLite 3.54.1}
   * @param location such as a file's path, without secrets
   * @param strict whether what was acknowledged survives a power cut
   * @param notes what an operator should know besides, a sentence each
   */
  record Description(String name, String location, boolean strict, List<String> notes) {
    public Description(String name, String location, boolean strict) {
      this(name, location, strict, List.of());
    }
  }
}
