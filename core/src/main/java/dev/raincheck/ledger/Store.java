package dev.raincheck.ledger;

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

  /** For the start-up screen: what it is, where, and what its commits survive. */
  Description describe();

  @Override
  void close();

  int READ_SECONDS_MAX = 10;

  /**
   * @param name such as {@code SQLite 3.54.1}
   * @param location such as a file's path, without secrets
   * @param strict whether what was acknowledged survives a power cut
   */
  record Description(String name, String location, boolean strict) {}
}
