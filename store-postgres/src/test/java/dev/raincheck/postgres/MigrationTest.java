package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.testkit.AnOperation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tables of the first version become those of this one while nodes of the first version work on. */
@Timeout(120)
class MigrationTest {
  private static final String STREAM = Entry.operations(1);

  private final PostgresConfig config = TestServer.config();

  /** What a node of the first version sends at the end of each batch: never to be changed. */
  private static final String APPEND_OF_VERSION_1 =
      """
      INSERT INTO segment (position, stream, first, count, node, batch, at, entries)
      SELECT
        (SELECT coalesce(max(position), 0) FROM segment) + new.turn,
        new.stream,
        coalesce(
          (SELECT s.first + s.count FROM segment AS s WHERE s.stream = new.stream
           ORDER BY s.first DESC LIMIT 1), 1),
        new.count, ?, ?, ?, new.entries
      FROM unnest(?::text[], ?::int[], ?::bytea[]) WITH ORDINALITY AS new (stream, count, entries, turn)
      RETURNING stream, first\
      """;

  private static final String TRIM_OF_VERSION_1 =
      """
      DELETE FROM segment WHERE position IN (
        SELECT old.position FROM segment AS old
        WHERE old.at < ? AND EXISTS (
          SELECT 1 FROM segment AS newer WHERE newer.stream = old.stream AND newer.first > old.first)
        ORDER BY old.position LIMIT ? FOR UPDATE SKIP LOCKED)\
      """;

  private void makeVersion1() throws Exception {
    try (var in = Schema.class.getResourceAsStream("schema-001.sql")) {
      TestServer.edit(config, "CREATE SCHEMA " + config.schema());
      TestServer.edit(
          config,
          new String(in.readAllBytes(), UTF_8)
              + "; CREATE TABLE schema_version (version integer NOT NULL); INSERT INTO schema_version VALUES (1)");
    }
  }

  /** A node of the first version, as far as the log is concerned. */
  private final class OldNode implements AutoCloseable {
    private final Connection connection;
    private final long node;
    private long batch;

    OldNode(long node) throws SQLException {
      this.node = node;
      connection = new Connections(config).ledger();
      connection.setAutoCommit(false);
    }

    void append() throws SQLException {
      try (var lock = connection.prepareStatement("SELECT 1 FROM log_tail FOR UPDATE");
          var append = connection.prepareStatement(APPEND_OF_VERSION_1);
          var trim = connection.prepareStatement(TRIM_OF_VERSION_1)) {
        if (batch % 20 == 0) {
          trim.setLong(1, 1);
          trim.setInt(2, 100);
          trim.executeUpdate();
        }
        lock.execute();
        var entry = new Entry(STREAM, AnOperation.id(1), (int) ++batch, "operation.queued");
        append.setLong(1, node);
        append.setLong(2, batch);
        append.setLong(3, System.currentTimeMillis());
        append.setArray(4, connection.createArrayOf("text", new String[] {STREAM}));
        append.setArray(5, connection.createArrayOf("int4", new Integer[] {1}));
        append.setArray(6, connection.createArrayOf("bytea", new byte[][] {OperationCodec.entries(List.of(entry))}));
        append.execute();
        connection.commit();
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  @Test
  void nodes_of_the_first_version_append_before_while_and_after() throws Exception {
    makeVersion1();
    var over = new AtomicBoolean();
    var appended = new AtomicInteger();
    var begun = new CountDownLatch(2);
    try (var pool = Executors.newFixedThreadPool(3);
        AutoCloseable stop = () -> over.set(true);
        var reader = TestServer.connect(config)) {
      assertThat(stop).isNotNull();
      var old =
          List.of(1, 2).stream()
              .map(
                  node ->
                      pool.submit(
                          () -> {
                            try (var one = new OldNode(node)) {
                              while (!over.get()) {
                                one.append();
                                appended.incrementAndGet();
                                begun.countDown();
                              }
                            }
                            return null;
                          }))
              .toList();
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

      // Somebody reads for a while: the migration gives way, and the others go on.
      reader.setAutoCommit(false);
      reader.createStatement().execute("SELECT count(*) FROM segment");
      var opening = pool.submit(() -> PostgresStore.open(config, System::nanoTime));
      int before = appended.get();
      while (appended.get() < before + 50) Thread.onSpinWait();
      assertThat(opening.isDone()).isFalse();
      reader.rollback();

      try (var nodes = new Nodes(config);
          var store = opening.get(60, TimeUnit.SECONDS)) {
        for (int n = 0; n < 50; n++) nodes.get(0).hand(Nodes.submit(null));
        before = appended.get();
        while (appended.get() < before + 50) Thread.onSpinWait();
        over.set(true);
        for (var one : old) one.get(30, TimeUnit.SECONDS);

        var log = store.read(one -> one.log(STREAM, 0, 100_000));
        assertThat(log).hasSize(appended.get() + 50);
        for (int n = 0; n < log.size(); n++) {
          assertThat(log.get(n).first()).isEqualTo(n + 1);
          assertThat(log.get(n).position()).isEqualTo(n + 1);
        }
      }
    }
    assertThat(TestServer.number(config, "SELECT count(*) FROM segment_before")).isGreaterThan(100);
    assertThat(TestServer.number(config, "SELECT count(*) FROM segment_rest")).isZero();
    assertThat(TestServer.number(config, "SELECT version FROM schema_version")).isEqualTo(Schema.VERSION);
  }

  @Test
  void a_migration_that_was_broken_off_is_taken_up_again() throws Exception {
    makeVersion1();
    try (var old = new OldNode(1)) {
      old.append();
    }
    TestServer.edit(config, "ALTER TABLE segment ADD CONSTRAINT segment_before_bound CHECK (at < 9000000000000) NOT VALID");

    try (var store = PostgresStore.open(config, System::nanoTime)) {
      var log = store.read(reader -> reader.log(STREAM, 0, 10));
      assertThat(log).hasSize(1);
    }
    assertThat(
            TestServer.number(
                config,
                "SELECT count(*) FROM pg_constraint WHERE conname = 'segment_before_bound' AND conrelid = 'segment_before'::regclass"))
        .isZero();
  }
}
