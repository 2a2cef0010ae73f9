package dev.raincheck.testkit;

import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The executable specification of the storage seam: plain maps, one transaction at a time, and no
 * mercy. Whatever other stores would have to trust (the order of calls, that what is written was
 * locked, what is told to be fresh) is checked here and thrown as an {@link IllegalStateException}.
 *
 * <p>All rows pass through the codec that real stores use. Safe for use by several threads. Nothing
 * survives the process, but {@link #reopened()} finds what was committed.
 */
public final class MemoryStore implements Store {
  private final Tables tables;
  private final InstantSource clock;
  private @Nullable MemoryTx open;
  private boolean closed;

  public MemoryStore(InstantSource clock) {
    this(new Tables(), clock);
  }

  private MemoryStore(Tables tables, InstantSource clock) {
    this.tables = tables;
    this.clock = clock;
  }

  @Override
  public Tx begin() {
    synchronized (tables) {
      alive();
      if (open != null)
        throw new IllegalStateException("begin() while another transaction is open");
      open = new MemoryTx(this, tables, clock);
      return open;
    }
  }

  @Override
  public <T> T read(Function<Reader, T> query) {
    synchronized (tables) {
      alive();
      try (var reader = new MemoryReader(tables)) {
        return query.apply(reader);
      }
    }
  }

  @Override
  public boolean committed(long node, long batch) {
    synchronized (tables) {
      alive();
      return tables.batches.contains(new Tables.BatchName(node, batch));
    }
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Description describe() {
    return new Description("memory", "this process", false);
  }

  /** Rolls back what is open. */
  @Override
  public void close() {
    synchronized (tables) {
      closed = true;
      open = null;
    }
  }

  /** Closes this store and gives what a process would find that starts after this one died. */
  public MemoryStore reopened() {
    return reopened(clock);
  }

  /** The same under another clock. */
  public MemoryStore reopened(InstantSource other) {
    close();
    return new MemoryStore(tables, other);
  }

  boolean isOpen(MemoryTx tx) {
    return open == tx;
  }

  void over(MemoryTx tx) {
    if (open == tx) open = null;
  }

  private void alive() {
    if (closed) throw new StoreException("the store is closed");
  }
}
