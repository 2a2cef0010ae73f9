package dev.raincheck.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.raincheck.blob.BlobStore;
import dev.raincheck.ledger.Pulse;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store of a cluster: any number of processes share one PostgreSQL database. One connection writes, used
 * by the ledger's thread alone; a few others read.
 */
public final class PostgresStore implements Store, Store.Shared {
  private static final Duration SESSIONS_KEPT = Duration.ofDays(1);
  private static final String FORGET_SESSIONS =
      "DELETE FROM owner WHERE lease_until < floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint - ?";

  private final PostgresConfig config;
  private final ServerPromise promise;
  private final Unreadable unreadable = new Unreadable();
  private final StoreTime time;
  private final LedgerConnection connection;
  private final LogDays days;
  private final Writer writer;
  private final Readers readers;
  private final HikariDataSource blobPool;
  private final Bell bell;
  private final Heart heart;

  private PostgresStore(
      PostgresConfig config,
      ServerPromise promise,
      LogDays days,
      LongSupplier nanos,
      @Nullable InstantSource clock) {
    this.config = config;
    this.promise = promise;
    var connections = new Connections(config);
    var due = new DueMark(nanos);
    time = new StoreTime(promise.millis(), nanos, clock);
    bell = new Bell(connections, config.schema(), System.identityHashCode(this) ^ promise.millis());
    connection = new LedgerConnection(connections, nanos);
    this.days = days;
    var counts = new RunningCounts(nanos);
    writer =
        new Writer(
            connection, time, new Marks(nanos), due, unreadable, counts, days, config.away(), bell::ring);
    readers = new Readers(connections, unreadable, due, nanos);
    blobPool = connections.blobs();
    heart = new Heart(connections, time, due, nanos);
  }

  /**
   * Opens the database: asks what the server promises, and makes or migrates the tables.
   *
   * @param nanos a monotonic clock, such as {@code System::nanoTime}
   * @throws StoreException if the server cannot be reached, promises too little, or holds a newer version's
   *     tables; the message says what to do
   */
  public static PostgresStore open(PostgresConfig config, LongSupplier nanos) {
    return open(config, nanos, null);
  }

  /** @param clock what to follow instead of the server's clock; null in production */
  static PostgresStore open(PostgresConfig config, LongSupplier nanos, @Nullable InstantSource clock) {
    ServerPromise promise;
    var days = new LogDays(new Connections(config));
    try (var connection = new Connections(config).plain()) {
      promise = ServerPromise.of(connection, config.strict());
      Schema.migrate(connection, config.schema());
      forgetSessions(connection);
      days.begin(connection, clock == null ? promise.millis() : clock.millis());
    } catch (SQLException e) {
      throw new StoreException("cannot open %s: %s".formatted(config.location(), message(e)), e);
    } catch (StoreException e) {
      throw new StoreException("cannot open %s: %s".formatted(config.location(), e.getMessage()), e);
    }
    return new PostgresStore(config, promise, days, nanos, clock);
  }

  /** Those that ended long ago: nobody holds anything of theirs any more. */
  private static void forgetSessions(Connection connection) throws SQLException {
    try (var forget = connection.prepareStatement(FORGET_SESSIONS)) {
      forget.setLong(1, SESSIONS_KEPT.toMillis());
      forget.executeUpdate();
    }
  }

  /** What the driver says at a start holds no data, and the operator needs it. */
  static String message(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public Tx begin() {
    return writer.begin();
  }

  @Override
  public <T> T read(Function<Reader, T> query) {
    return readers.read(query);
  }

  @Override
  public boolean committed(long node, long batch) {
    return writer.stood(node, batch);
  }

  @Override
  public InstantSource clock() {
    return time;
  }

  @Override
  public Optional<Shared> shared() {
    return Optional.of(this);
  }

  @Override
  public Pulse pulse(Pulse.Question question) {
    return heart.beat(question);
  }

  @Override
  public void whenOthersCommit(Hint action) {
    bell.whenRung(action);
  }

  @Override
  public boolean hasOutbox() {
    return true;
  }

  /** Blobs in the same database; closed with this store. */
  public BlobStore blobs() {
    return new PostgresBlobs(blobPool, config.strict());
  }

  @Override
  public Description describe() {
    return new Description(
        "PostgreSQL " + promise.version(), config.location(), config.strict(), promise.notes());
  }

  /** How many operations this version cannot read. They wait for a node that can, and stop nobody. */
  public long setAside() {
    return unreadable.count();
  }

  @Override
  public void close() {
    bell.close();
    days.close();
    heart.close();
    readers.close();
    blobPool.close();
    connection.close();
  }
}
