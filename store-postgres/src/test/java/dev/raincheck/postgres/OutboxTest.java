package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.Raincheck;
import dev.raincheck.event.Topics;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.tenant.Tenants;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What applications commit into the outbox is in the log exactly once, and in the order of each key. */
@Timeout(120)
class OutboxTest {
  private static final int DEFAULT = Tenants.DEFAULT_NUMBER;
  private static final String KILL =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'raincheck %'";
  private static final String INSERT =
      "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (gen_random_uuid(), 'orders', ?, ?, ?::jsonb)";

  private final PostgresConfig config = TestServer.config();

  private PostgresStore open() {
    return PostgresStore.open(config, System::nanoTime);
  }

  private static Raincheck engine(PostgresStore store) {
    return Raincheck.on(store).start();
  }

  private void put(String... rows) throws SQLException {
    for (var row : rows) TestServer.edit(config, "INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES " + row);
  }

  private static List<Fact> facts(PostgresStore store, int tenant, String topic) {
    var topics = new Topics(store);
    var facts = new ArrayList<Fact>();
    for (var page = topics.after(tenant, topic, 0, 100); !page.told().isEmpty(); ) {
      for (var told : page.told()) {
        facts.add(told.fact());
        assertThat(told.offset()).isEqualTo(facts.size());
      }
      page = topics.after(tenant, topic, facts.size(), 100);
    }
    assertThat(topics.end(tenant, topic)).isEqualTo(facts.size());
    return facts;
  }

  /** Asks again and again, the server counting the pauses, until a question is answered with this. */
  private void until(String question, long wanted) throws SQLException {
    try (var connection = TestServer.connect(config);
        var ask = connection.prepareStatement("SELECT pg_sleep(0.02), (" + question + ")")) {
      for (int tries = 0; ; tries++) {
        try (var row = ask.executeQuery()) {
          row.next();
          if (row.getLong(2) == wanted) return;
          assertThat(tries).as(question + " is " + row.getLong(2)).isLessThan(2_000);
        }
      }
    }
  }

  private void untilMoved(long count) throws SQLException {
    until("SELECT coalesce(sum(count), 0) FROM segment WHERE stream LIKE '%:topic:%'", count);
  }

  private static Outcome.Emptied move(Nodes.One node, boolean complete) {
    var rows = node.store().read(reader -> reader.system().outbox(100));
    var numbers = rows.stream().map(row -> row.number()).toList();
    return (Outcome.Emptied) node.hand(new Command.MoveOutbox(numbers, Map.of("default", 1), complete));
  }

  @Test
  void an_event_is_told_as_it_was_put_in() throws Exception {
    try (var store = open();
        var engine = engine(store)) {
      assertThat(store.hasOutbox()).isTrue();
      TestServer.edit(
          config,
          """
          INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, tracingspancontext, created_at) VALUES
          ('4d47e190-0402-4048-bc2c-89dd54343cdc', 'order', '1', 'OrderCreated', '{"id": 1, "total": 12.50}',
           'traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '2026-11-24T08:00:00.123Z')""");
      untilMoved(1);

      var fact = facts(store, DEFAULT, "order").getFirst();

      assertThat(fact.id()).isEqualTo("4d47e190-0402-4048-bc2c-89dd54343cdc");
      assertThat(fact.key()).isEqualTo("1");
      assertThat(fact.type()).isEqualTo("OrderCreated");
      assertThat(fact.at()).isEqualTo("2026-11-24T08:00:00.123Z");
      var data = Objects.requireNonNull(fact.data());
      assertThat(new String(data.bytes(), UTF_8)).isEqualTo("{\"id\": 1, \"total\": 12.50}");
      assertThat(data.mediaType()).isEqualTo("application/json");
      assertThat(fact.extensions()).containsEntry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
      until("SELECT count(*) FROM outbox", 0);
      assertThat(engine.outbox().published()).isEqualTo(1);
    }
  }

  /** Each writer takes the lock of a key, counts there, and says the count: what is rolled back is counted again. */
  private final class Writers {
    final Map<String, AtomicInteger> committed = new HashMap<>();
    private final int keys;

    Writers(int keys) throws SQLException {
      this.keys = keys;
      TestServer.edit(config, "CREATE TABLE thing (id text PRIMARY KEY, n int NOT NULL)");
      for (int k = 0; k < keys; k++) {
        TestServer.edit(config, "INSERT INTO thing VALUES ('key-" + k + "', 0)");
        committed.put("key-" + k, new AtomicInteger());
      }
    }

    int write(int writer, int times) throws SQLException {
      var dice = new Random(writer);
      try (var connection = TestServer.connect(config);
          var count = connection.prepareStatement("UPDATE thing SET n = n + 1 WHERE id = ? RETURNING n");
          var pause = connection.prepareStatement("SELECT pg_sleep(?)");
          var insert = connection.prepareStatement(INSERT)) {
        connection.setAutoCommit(false);
        for (int i = 0; i < times; i++) {
          var key = "key-" + dice.nextInt(keys);
          if (dice.nextInt(4) == 0) pause(pause, dice);
          count.setString(1, key);
          int n;
          try (var row = count.executeQuery()) {
            row.next();
            n = row.getInt(1);
          }
          insert.setString(1, key);
          insert.setString(2, "Counted");
          insert.setString(3, "{\"n\": " + n + "}");
          insert.executeUpdate();
          if (dice.nextInt(4) == 0) pause(pause, dice);
          if (dice.nextInt(5) == 0) {
            connection.rollback();
          } else {
            connection.commit();
            Objects.requireNonNull(committed.get(key)).incrementAndGet();
          }
        }
      }
      return times;
    }

    private static void pause(java.sql.PreparedStatement pause, Random dice) throws SQLException {
      pause.setDouble(1, dice.nextInt(10) / 1000.0);
      pause.execute();
    }

    int total() {
      return committed.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    void check(List<Fact> facts) {
      var counts = new HashMap<String, Integer>();
      for (var fact : facts) {
        int next = counts.merge(String.valueOf(fact.key()), 1, Integer::sum);
        assertThat(new String(Objects.requireNonNull(fact.data()).bytes(), UTF_8)).isEqualTo("{\"n\": " + next + "}");
      }
      committed.forEach((key, count) -> assertThat(counts.getOrDefault(key, 0)).as(key).isEqualTo(count.get()));
      assertThat(facts).extracting(Fact::id).doesNotHaveDuplicates();
    }
  }

  @Test
  void three_nodes_move_all_that_is_committed_once_and_in_the_order_of_each_key() throws Exception {
    try (var one = open();
        var two = open();
        var three = open();
        var first = engine(one);
        var second = engine(two);
        var third = engine(three);
        var idle = TestServer.connect(config);
        var late = TestServer.connect(config);
        var elsewhere = elsewhere()) {
      begin(idle, "SELECT pg_current_xact_id()");
      begin(elsewhere, "SELECT pg_current_xact_id()");
      begin(late, "INSERT INTO outbox (aggregatetype, aggregateid, type) VALUES ('orders', 'late', 'Late')");
      var writers = new Writers(7);

      Nodes.together(6, n -> writers.write(n, 60));

      untilMoved(writers.total());
      writers.check(facts(one, DEFAULT, "orders"));
      late.commit();
      untilMoved(writers.total() + 1);
      assertThat(facts(two, DEFAULT, "orders").getLast().type()).isEqualTo("Late");
      long moved = first.outbox().published() + second.outbox().published() + third.outbox().published();
      assertThat(moved).isEqualTo(writers.total() + 1);
    }
  }

  private static void begin(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Another database of the same server. */
  private Connection elsewhere() throws SQLException {
    TestServer.edit(config, "CREATE DATABASE elsewhere_" + config.schema());
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/elsewhere_%s".formatted(TestServer.port(), config.schema()), "postgres", "postgres");
  }

  @Test
  void nodes_whose_sessions_are_killed_again_and_again_lose_and_double_nothing() throws Exception {
    try (var one = open();
        var two = open();
        var first = engine(one);
        var second = engine(two);
        var admin = TestServer.connect(config);
        var killer = Executors.newSingleThreadScheduledExecutor()) {
      var writers = new Writers(5);
      killer.scheduleWithFixedDelay(
          () -> {
            try (var statement = admin.createStatement()) {
              statement.execute(KILL);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          },
          50, 150, TimeUnit.MILLISECONDS);

      Nodes.together(4, n -> writers.write(n, 100));
      killer.shutdown();
      assertThat(killer.awaitTermination(Nodes.SECONDS_MAX, TimeUnit.SECONDS)).isTrue();

      untilMoved(writers.total());
      writers.check(facts(one, DEFAULT, "orders"));
      assertThat(first.engine().ledger().healthy()).isTrue();
      assertThat(second.engine().ledger().healthy()).isTrue();
    }
  }

  @Test
  void a_commit_whose_answer_is_lost_or_that_never_arrives_moves_its_rows_once() throws Exception {
    try (var wire = new Wire(TestServer.port());
        var nodes = new Nodes(TestServer.at(wire.port()).withSchema(config.schema()))) {
      var node = nodes.get(0);
      for (int i = 0; i < 10; i++) {
        put("('orders', 'k', 'N" + i + "', '{}')");
        wire.next(i % 2 == 0 ? Wire.Fate.UNANSWERED : Wire.Fate.LOST);
        var emptied = move(node, true);
        if (emptied.published() == 0) move(node, true);
      }
      assertThat(facts(node.store(), 1, "orders")).extracting(Fact::type)
          .containsExactly("N0", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9");
      assertThat(move(node, true).published()).isZero();
    }
  }

  @Test
  void while_another_node_moves_rows_nothing_is_moved_and_nobody_waits() throws Exception {
    try (var nodes = new Nodes(config, config)) {
      put("('orders', 'a', 'A', '{}')", "('orders', 'b', 'B', '{}')");
      var numbers = nodes.get(0).store().read(reader -> reader.system().outbox(1)).stream().map(row -> row.number()).toList();
      try (var other = nodes.get(1).store().begin()) {
        assertThat(other.outbox(numbers)).hasSize(1);

        assertThat(move(nodes.get(0), true)).isEqualTo(new Outcome.Emptied(0, List.of(), false));
      }
      assertThat(move(nodes.get(0), true).published()).isEqualTo(2);
    }
  }

  @Test
  void a_row_that_somebody_holds_is_not_overtaken_by_its_key_and_holds_up_no_other() throws Exception {
    try (var nodes = new Nodes(config);
        var holder = TestServer.connect(config)) {
      put("('orders', 'a', 'A1', '{}')", "('orders', 'b', 'B1', '{}')", "('orders', 'a', 'A2', '{}')", "('bills', 'a', 'X', '{}')");
      begin(holder, "SELECT * FROM outbox ORDER BY seq LIMIT 1 FOR UPDATE");

      assertThat(move(nodes.get(0), true).published()).isEqualTo(2);
      assertThat(facts(nodes.get(0).store(), 1, "orders")).extracting(Fact::type).containsExactly("B1");

      holder.rollback();
      assertThat(move(nodes.get(0), true).published()).isEqualTo(2);
      assertThat(facts(nodes.get(0).store(), 1, "orders")).extracting(Fact::type).containsExactly("B1", "A1", "A2");
    }
  }

  @Test
  void what_cannot_be_published_is_set_aside_with_the_reason_and_can_be_put_in_again() throws Exception {
    try (var store = open();
        var engine = engine(store)) {
      TestServer.edit(
          config,
          """
          INSERT INTO outbox (aggregatetype, aggregateid, type, payload, tenant) VALUES
          ('orders', 'a', 'First', '1', 'default'),
          ('orders', 'a', 'Long', to_jsonb(repeat('x', 70000)), 'default'),
          ('no topic', 'a', 'Lost', '1', 'default'),
          ('orders', 'a', 'Nobody', '1', 'nobody'),
          ('orders', 'a', 'Last', NULL, 'default')""");
      until("SELECT count(*) FROM outbox", 0);

      assertThat(facts(store, DEFAULT, "orders")).extracting(Fact::type).containsExactly("First", "Last");
      until("SELECT count(*) FROM outbox_problem WHERE problem LIKE '%70002 bytes%' AND type = 'Long'", 1);
      until("SELECT count(*) FROM outbox_problem WHERE problem LIKE '%topic%' AND type = 'Lost'", 1);
      until("SELECT count(*) FROM outbox_problem WHERE problem LIKE '%tenant%' AND type = 'Nobody'", 1);
      assertThat(engine.outbox().setAside()).isEqualTo(3);

      TestServer.edit(
          config,
          """
          WITH repaired AS (DELETE FROM outbox_problem WHERE type = 'Lost' RETURNING *)
          INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, tracingspancontext, tenant, created_at)
          SELECT id, 'orders', aggregateid, type, payload, tracingspancontext, tenant, created_at FROM repaired""");
      untilMoved(3);
      assertThat(facts(store, DEFAULT, "orders")).extracting(Fact::type).containsExactly("First", "Last", "Lost");
    }
  }

  @Test
  void a_tenant_that_another_node_has_just_made_is_known() throws Exception {
    try (var one = open();
        var two = open();
        var maker = engine(one)) {
      try (var mover = engine(two)) {
        assertThat(mover.keys().tenants().all()).hasSize(1);
        var made = (Tenants.Obtained.Tenant) maker.keys().tenants().obtain("acme");
        maker.outbox().close();
        TestServer.edit(
            config,
            "INSERT INTO outbox (aggregatetype, aggregateid, type, tenant) VALUES ('orders', '', 'A', 'acme')");
        untilMoved(1);

        assertThat(facts(two, made.number(), "orders")).extracting(Fact::key).containsOnlyNulls();
        assertThat(facts(two, DEFAULT, "orders")).isEmpty();
      }
    }
  }

  @Test
  void an_application_needs_no_right_but_to_insert() throws Exception {
    var app = "app_" + config.schema();
    try (var store = open();
        var engine = engine(store)) {
      TestServer.edit(
          config,
          "CREATE ROLE %1$s LOGIN PASSWORD 'app'; GRANT USAGE ON SCHEMA %2$s TO %1$s; GRANT INSERT ON %2$s.outbox TO %1$s"
              .formatted(app, config.schema()));
      try (var connection =
              DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestServer.port() + "/postgres", app, "app");
          var statement = connection.createStatement()) {
        var table = config.schema() + ".outbox";
        statement.execute("INSERT INTO " + table + " (aggregatetype, aggregateid, type, payload) VALUES ('orders', '1', 'A', '{}')");
        assertThatThrownBy(() -> statement.execute("SELECT * FROM " + table)).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> statement.execute("INSERT INTO " + table + " (seq, aggregatetype, aggregateid, type) VALUES (1, 'a', 'b', 'c')"))
            .hasMessageContaining("seq");
      }
      untilMoved(1);
      assertThat(engine.outbox().setAside()).isZero();
    }
  }

  @Test
  void what_is_absurd_is_refused_at_once() {
    try (var store = open()) {
      assertThat(store.hasOutbox()).isTrue();
      assertThatThrownBy(() -> put("('a', 'b', 'c', to_jsonb(repeat('x', 5000000)))")).hasMessageContaining("check");
      assertThatThrownBy(() -> TestServer.edit(config, "INSERT INTO outbox (aggregatetype, aggregateid, type, created_at) VALUES ('a', 'b', 'c', 'infinity')"))
          .hasMessageContaining("check");
      assertThatThrownBy(() -> put("('a', NULL, 'c', NULL)")).hasMessageContaining("null");
    }
  }

  /** More than one pass may take, with data that one pass may not take together. */
  @Test
  void a_long_outbox_is_moved_part_by_part_in_order() throws Exception {
    try (var store = open()) {
      TestServer.edit(
          config,
          """
          INSERT INTO outbox (aggregatetype, aggregateid, type, payload)
          SELECT 'orders', 'k', 'N' || n, CASE WHEN n % 50 = 0 THEN to_jsonb(repeat('x', 60000)) ELSE 'null' END
          FROM generate_series(1, 1200) AS n""");
      try (var engine = engine(store)) {
        untilMoved(1200);
        assertThat(engine.outbox().published()).isEqualTo(1200);
      }
    }
    try (var store = open()) {
      var facts = facts(store, DEFAULT, "orders");
      for (int i = 0; i < facts.size(); i++) assertThat(facts.get(i).type()).isEqualTo("N" + (i + 1));
      assertThat(facts).hasSize(1200);
    }
  }

  /** As the documentation of Debezium's outbox event router describes its table. */
  @Test
  void the_columns_are_those_that_the_event_router_of_debezium_reads_without_being_told() throws Exception {
    var columns = new LinkedHashMap<String, String>();
    try (var store = open();
        var connection = TestServer.connect(config);
        var ask =
            connection.prepareStatement(
                """
                SELECT column_name, data_type || coalesce('(' || character_maximum_length || ')', '')
                  || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
                FROM information_schema.columns WHERE table_schema = ? AND table_name = 'outbox' ORDER BY ordinal_position\
                """)) {
      assertThat(store.hasOutbox()).isTrue();
      ask.setString(1, config.schema());
      try (var row = ask.executeQuery()) {
        while (row.next()) columns.put(row.getString(1), row.getString(2));
      }
      assertThat(columns)
          .containsEntry("id", "uuid not null")
          .containsEntry("aggregatetype", "character varying(255) not null")
          .containsEntry("aggregateid", "character varying(255) not null")
          .containsEntry("type", "character varying(255) not null")
          .containsEntry("payload", "jsonb")
          .containsKey("tracingspancontext");
      assertThat(columns.keySet()).startsWith("id", "aggregatetype", "aggregateid", "type", "payload");
      // Rows are deleted, and a publication that tells of deletions wants to know by which key.
      until("SELECT count(*) FROM pg_index WHERE indrelid = 'outbox'::regclass AND indisprimary", 1);
    }
  }
}
