package dev.raincheck.postgres;

import dev.raincheck.ledger.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes that something was committed, and hears of them. A hint, sent outside of any batch and
 * at most some dozens of times a second: a notification inside a commit would make the commits of all nodes
 * wait for each other. Whoever hears nothing finds everything a little later.
 */
final class Bell implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Bell.class);

  /** Rings of a node are this far apart at least; what is committed in between is told with the next. */
  private static final long APART_MILLIS = 20;

  /** How long to be deaf after the connection was lost. */
  private static final long RETRY_MILLIS = 1_000;

  /** So often a silent connection is asked whether it still stands. */
  private static final int SILENT_MILLIS = 15_000;

  private static final int ANSWER_SECONDS = 5;

  private final Connections connections;
  private final String channel;
  private final String self;
  /** Behind the name of who rings: he left nothing that others could start. */
  private static final String NOTHING_READY = "-";

  private final List<Store.Shared.Hint> actions = new CopyOnWriteArrayList<>();
  private final Semaphore rung = new Semaphore(0);
  private final AtomicBoolean ready = new AtomicBoolean();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Connection hearing;
  private volatile boolean started;

  /** @param self tells this node's own rings from others' */
  Bell(Connections connections, String schema, long self) {
    this.connections = connections;
    this.channel = "raincheck_" + schema;
    this.self = Long.toHexString(self);
  }

  /**
   * Something was committed. Never waits.
   *
   * @param readyWork whether operations that may start are among it
   */
  void ring(boolean readyWork) {
    if (readyWork) ready.set(true);
    if (rung.availablePermits() == 0) rung.release();
  }

  /** Begins to hear and to ring when somebody wants to know. */
  synchronized void whenRung(Store.Shared.Hint action) {
    actions.add(action);
    if (started) return;
    started = true;
    Thread.ofPlatform().daemon().name("raincheck-hear").start(this::hear);
    Thread.ofPlatform().daemon().name("raincheck-ring").start(this::send);
  }

  private void hear() {
    while (!closed()) {
      try (var connection = connections.listener()) {
        hearing = connection;
        try (var statement = connection.createStatement()) {
          statement.execute("LISTEN " + channel);
        }
        tell(true); // Whatever was said before was not heard.
        hear(connection);
      } catch (SQLException e) {
        log.debug("no hints from other nodes for now", e);
      } catch (RuntimeException e) {
        log.warn("a hint was not taken", e);
      }
      rest(RETRY_MILLIS);
    }
  }

  private void hear(Connection connection) throws SQLException {
    var postgres = connection.unwrap(PGConnection.class);
    while (!closed()) {
      var heard = postgres.getNotifications(SILENT_MILLIS);
      boolean others = false;
      boolean readyWork = false;
      if (heard != null) {
        for (var one : heard) {
          var said = one.getParameter();
          boolean nothingReady = said.endsWith(NOTHING_READY);
          if (said.equals(nothingReady ? self + NOTHING_READY : self)) continue;
          others = true;
          readyWork |= !nothingReady;
        }
      }
      if (others) tell(readyWork);
      else if ((heard == null || heard.length == 0) && !connection.isValid(ANSWER_SECONDS)) return;
    }
  }

  private void tell(boolean readyWork) {
    actions.forEach(action -> action.committed(readyWork));
  }

  private void send() {
    while (!closed()) {
      try (var connection = connections.listener();
          var notify = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
        notify.setString(1, channel);
        while (!closed()) {
          rung.acquire();
          rung.drainPermits();
          notify.setString(2, ready.getAndSet(false) ? self : self + NOTHING_READY);
          notify.execute();
          rest(APART_MILLIS);
        }
      } catch (SQLException e) {
        log.debug("no hints to other nodes for now", e);
      } catch (InterruptedException e) {
        return;
      }
      rest(RETRY_MILLIS);
    }
  }

  private boolean closed() {
    return closing.getCount() == 0;
  }

  private void rest(long millis) {
    try {
      boolean over = closing.await(millis, TimeUnit.MILLISECONDS);
      if (over) log.trace("closing");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    rung.release();
    var connection = hearing;
    if (connection == null) return;
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      log.debug("a connection could not be closed", e);
    }
  }
}
