package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Changed;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.operation.Waits;
import dev.raincheck.tenant.Tenants;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that applications hand over in transactions of their own becomes operations, once each. */
@Timeout(120)
class SubmitInTransactionTest {
  private final PostgresConfig config = TestServer.config();
  private final ApplicationTransactions raincheck = ApplicationTransactions.in(config.schema());
  private final Queue<OperationId> performed = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void schema() {
    store(null).close();
  }

  private PostgresStore store(@Nullable InstantSource clock) {
    return PostgresStore.open(config, System::nanoTime, clock);
  }

  /** A node that performs mail, several at a time. */
  private Raincheck node() {
    return Raincheck.on(store(null)).type(mail()).start();
  }

  private OperationType mail() {
    return OperationType.of(
        "mail",
        (input, context) -> {
          performed.add(context.operationId());
          return Result.none();
        });
  }

  /** A node that performs nothing: its one slot is never free, because its queue is another one. */
  private Raincheck accepting(InstantSource clock) {
    return Raincheck.on(store(clock)).type(OperationType.of("other", (input, context) -> Result.none())).start();
  }

  /** An application's connection, which knows nothing of our schema. */
  private static Connection application() throws SQLException {
    var connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + TestServer.port() + "/postgres", "postgres", "postgres");
    connection.setAutoCommit(false);
    return connection;
  }

  private OperationId sql(String arguments) throws SQLException {
    try (var application = application()) {
      var id = sql(application, arguments);
      application.commit();
      return id;
    }
  }

  private OperationId sql(Connection application, String arguments) throws SQLException {
    try (var statement = application.createStatement();
        var row = statement.executeQuery("SELECT " + config.schema() + ".submit(" + arguments + ")")) {
      assertThat(row.next()).isTrue();
      return OperationId.parse(row.getString(1)).orElseThrow();
    }
  }

  private static Operation found(Raincheck node, OperationId id) {
    return ((Reader.Found.Here) node.operations().find(1, id)).operation();
  }

  private static Operation ended(Raincheck node, OperationId id) throws Exception {
    try (var waiter = node.operations().waits().until(id, Operation::done)) {
      var operation = found(node, id);
      return operation.done() ? operation : waiter.woken().get(60, TimeUnit.SECONDS).orElseThrow();
    }
  }

  private int handedOver() throws SQLException {
    try (var connection = TestServer.connect(config);
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM submitted")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void what_was_submitted_with_the_applications_data_is_performed_once_it_has_committed() throws Exception {
    try (var node = node();
        var application = application()) {
      var input = new Input("{\"to\":\"a\"}".getBytes(UTF_8), "application/json");
      var id = raincheck.submit(application, NewOperation.of(1, "mail", input));
      assertThat(node.operations().find(1, id)).isInstanceOf(Reader.Found.Nothing.class);

      application.commit();

      var done = ended(node, id);
      assertThat(done.state()).isEqualTo(new State.Succeeded(null));
      assertThat(done.submission().input()).isInstanceOf(Payload.Inline.class);
      assertThat(((Payload.Inline) done.submission().input()).bytes()).isEqualTo(input.bytes());
      assertThat(performed).containsExactly(id);
      assertThat(handedOver()).isZero();
    }
  }

  @Test
  void what_is_rolled_back_was_never_submitted() throws Exception {
    try (var node = node();
        var application = application()) {
      var gone = raincheck.submit(application, NewOperation.of(1, "mail", null));
      application.rollback();
      var stands = raincheck.submit(application, NewOperation.of(1, "mail", null));
      application.commit();

      ended(node, stands);
      assertThat(node.operations().find(1, gone)).isInstanceOf(Reader.Found.Nothing.class);
      assertThat(performed).containsExactly(stands);
      assertThat(handedOver()).isZero();
    }
  }

  @Test
  void a_node_that_is_told_finds_it_without_being_asked_for_it() throws Exception {
    try (var node = node()) {
      OperationId id;
      try (var waiting = application()) {
        id = sql(waiting, "'mail'");
        waiting.commit();
      }
      try (var waiter = node.operations().waits().until(id, Operation::done)) {
        node.operations().lookAtHandedOver();
        assertThat(waiter.woken().get(60, TimeUnit.SECONDS)).isPresent();
      }
    }
  }

  @Test
  void everything_that_can_be_said_in_sql_arrives() throws Exception {
    try (var node = accepting(InstantSource.system())) {
      var id =
          sql(
              """
              type => 'other', input => '{"b": 1, "a": [2]}', idempotency_key => 'order 7', run_at => '2090-01-02 03:04:05.678Z',
              start_by => '2091-01-01Z', deadline_seconds => 86400, lane => 'customer-7', correlation_id => 'order-7',
              tags => '{eu,vip}', metadata => '{"z": "1", "ä": "2"}',
              traceparent => '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'\
              """);

      var operation = found(node, id);
      var what = operation.submission();
      assertThat(operation.state()).isEqualTo(new State.Scheduled(Instant.parse("2090-01-02T03:04:05.678Z")));
      assertThat(what.type()).isEqualTo("other");
      assertThat(new String(((Payload.Inline) what.input()).bytes(), UTF_8)).isEqualTo("{\"a\": [2], \"b\": 1}");
      assertThat(what.input().mediaType()).isEqualTo("application/json");
      assertThat(what.idempotencyKey()).isEqualTo("order 7");
      assertThat(what.startBy()).isEqualTo("2091-01-01T00:00:00Z");
      assertThat(what.deadline()).isEqualTo(Duration.ofDays(1));
      assertThat(what.lane()).isEqualTo("customer-7");
      assertThat(operation.correlationId()).isEqualTo("order-7");
      assertThat(what.tags()).containsExactly("eu", "vip");
      assertThat(what.metadata()).isEqualTo(Map.of("z", "1", "ä", "2"));
      assertThat(what.traceparent()).startsWith("00-0af7651916cd43dd");
    }
  }

  @Test
  void what_is_said_in_java_arrives_as_well() throws Exception {
    try (var node = accepting(InstantSource.system());
        var application = application()) {
      var runAt = Instant.parse("2090-01-02T03:04:05.678Z");
      var what =
          new NewOperation(
              1, "other", new Input(new byte[] {0, -1}, "image/png"), runAt, runAt.plusSeconds(9),
              Duration.ofHours(1), Map.of("a", "1"), List.of("eu"), "order-7",
              "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "k", new byte[0], null, "lane");
      var id = raincheck.submit(application, what);
      application.commit();

      var stands = found(node, id).submission();
      assertThat(stands.runAt()).isEqualTo(what.runAt());
      assertThat(stands.startBy()).isEqualTo(what.startBy());
      assertThat(stands.deadline()).isEqualTo(what.deadline());
      assertThat(stands.metadata()).isEqualTo(what.metadata());
      assertThat(stands.tags()).isEqualTo(what.tags());
      assertThat(stands.correlationId()).isEqualTo(what.correlationId());
      assertThat(stands.traceparent()).isEqualTo(what.traceparent());
      assertThat(stands.idempotencyKey()).isEqualTo("k");
      assertThat(stands.lane()).isEqualTo("lane");
      assertThat(((Payload.Inline) stands.input()).bytes()).containsExactly(0, -1);
      assertThat(stands.input().mediaType()).isEqualTo("image/png");
    }
  }

  @Test
  void ids_are_written_and_read_in_sql_as_in_java() throws Exception {
    var random = new Random(7);
    var ids = new ArrayList<>(List.of(new OperationId(0, 0), new OperationId(-1, -1), new OperationId(0, Long.MIN_VALUE)));
    for (int i = 0; i < 200; i++) ids.add(new OperationId(random.nextLong(), random.nextLong()));
    try (var connection = TestServer.connect(config);
        var ask = connection.prepareStatement("SELECT operation_id_text(?), operation_id_bytes(?)")) {
      for (var id : ids) {
        ask.setBytes(1, PackedKey.of(id));
        ask.setString(2, id.text());
        try (var row = ask.executeQuery()) {
          row.next();
          assertThat(row.getString(1)).isEqualTo(id.text());
          assertThat(PackedKey.id(row.getBytes(2))).isEqualTo(id);
        }
      }
    }
  }

  @Test
  void new_ids_begin_with_the_time_leave_placement_free_and_never_meet() throws Exception {
    try (var connection = TestServer.connect(config);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT new_operation_id(), extract(epoch FROM clock_timestamp()) * 1000 FROM generate_series(1, 2000)")) {
      var seen = new HashSet<OperationId>();
      long fourBits = 0;
      while (rows.next()) {
        var id = PackedKey.id(rows.getBytes(1));
        assertThat(id.hi() >>> 16).isBetween(rows.getLong(2) - 1_000, rows.getLong(2));
        assertThat(id.hi() & 0xFFF0).isZero();
        fourBits |= 1L << (id.hi() & 15);
        seen.add(id);
      }
      assertThat(seen).hasSize(2000);
      assertThat(fourBits).isEqualTo(0xFFFF);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NULL", "''", "'Mail'", "'mail.'", "'cancel'", "'raincheck.bulk_cancel'", "repeat('a', 101)",
        "'mail', tenant => NULL", "'mail', tenant => ''", "'mail', tenant => 'A b'", "'mail', idempotency_key => ''",
        "'mail', idempotency_key => 'ä'", "'mail', idempotency_key => repeat('k', 256)",
        "'mail', input => to_jsonb(repeat('x', 1048576))", "'mail', run_at => 'infinity'", "'mail', run_at => '0044-03-15 BC'",
        "'mail', start_by => '-infinity'", "'mail', deadline_seconds => 0", "'mail', deadline_seconds => 31536001",
        "'mail', lane => ''", "'mail', lane => repeat('l', 256)", "'mail', correlation_id => 'a b'",
        "'mail', correlation_id => ''", "'mail', tags => '{a b}'", "'mail', tags => '{NULL}'", "'mail', tags => '{{a},{b}}'",
        "'mail', tags => ARRAY(SELECT 'a' || n FROM generate_series(1, 21) AS n)", "'mail', metadata => '[]'",
        "'mail', metadata => '{\"a\": 1}'", "'mail', metadata => '{\"\": \"\"}'",
        "'mail', metadata => jsonb_build_object('a', repeat('x', 501))",
        "'mail', metadata => (SELECT jsonb_object_agg(n, '') FROM generate_series(1, 51) AS n)",
        "'mail', traceparent => 'x'"
      })
  void values_out_of_range_are_refused_before_the_application_commits(String arguments) throws Exception {
    try (var application = application()) {
      assertThatThrownBy(() -> sql(application, arguments))
          .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"))
          .hasMessageMatching("(?s).*(type|tenant|idempotency_key|input|run_at|start_by|deadline_seconds|lane|correlation_id|tags|metadata|traceparent): .*");
    }
    assertThat(handedOver()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT * FROM %s.submitted", "SELECT * FROM %s.document", "DELETE FROM %s.submitted", "SELECT %s.complete('op_00000000000000000000000000', 1)"})
  void a_user_with_the_rights_to_submit_has_no_others(String other) throws Exception {
    var user = config.schema() + "_user";
    TestServer.edit(config, "CREATE ROLE " + user + "; GRANT USAGE ON SCHEMA " + config.schema() + " TO " + user);
    try (var application = application();
        var statement = application.createStatement()) {
      statement.execute("SET SESSION AUTHORIZATION " + user);
      application.commit();
      assertThatThrownBy(() -> sql(application, "'mail'")).hasMessageContaining("permission denied");
      application.rollback();
      TestServer.edit(config, "GRANT INSERT ON submitted TO " + user);

      assertThat(sql(application, "'mail', '{}'")).isNotNull();
      application.commit();
      assertThatThrownBy(() -> statement.execute(other.formatted(config.schema()))).hasMessageContaining("permission denied");
      application.rollback();
    } finally {
      TestServer.edit(config, "DROP OWNED BY " + user + "; DROP ROLE " + user);
    }
  }

  @Test
  void three_nodes_at_once_make_one_operation_of_each_and_lanes_stay_in_order() throws Exception {
    int all = 600;
    var ids = new ArrayList<OperationId>();
    try (var application = application()) {
      for (int i = 0; i < all; i++) {
        var what = NewOperation.of(1, "mail", null);
        ids.add(raincheck.submit(application, i % 3 == 0 ? what.inLane("customer-" + i % 2) : what));
        if (i % 50 == 0) application.commit();
      }
      application.commit();
    }
    try (var one = node();
        var other = node();
        var third = node()) {
      // A look at the last of a lane brings what is before it, too, in order.
      for (var node : List.of(one, other, third)) assertThat(found(node, ids.getLast())).isNotNull();
      for (var id : ids) ended(one, id);

      assertThat(performed).hasSize(all).containsExactlyInAnyOrderElementsOf(ids);
      for (int lane = 0; lane < 2; lane++) {
        var inLane = new ArrayList<OperationId>();
        for (int i = 0; i < all; i += 3) if (i % 2 == lane) inLane.add(ids.get(i));
        assertThat(performed.stream().filter(Set.copyOf(inLane)::contains)).containsExactlyElementsOf(inLane);
      }
      assertThat(handedOver()).isZero();
      var log = one.store().read(reader -> reader.list(Reader.Filter.all(1), null, all + 1).operations());
      assertThat(log).hasSize(all);
    }
  }

  @Test
  void a_key_that_was_used_over_http_means_the_same_operation() throws Exception {
    try (var node = node()) {
      var what = NewOperation.of(1, "mail", null).key("order-7", new byte[] {1, 2, 3});
      var first = ((Submitted.Accepted) node.operations().submit(what).get(30, TimeUnit.SECONDS)).operation().id();

      var second = sql("'mail', idempotency_key => 'order-7'");
      var third = sql("'mail', idempotency_key => 'order-7'");

      for (var id : List.of(second, third)) assertThat(found(node, id).id()).isEqualTo(first);
      ended(node, first);
      assertThat(performed).containsExactly(first);
      assertThat(handedOver()).isZero();

      assertThat(node.operations().delete(1, first, null).get(30, TimeUnit.SECONDS)).isEqualTo(new Changed.Gone());
      assertThat(node.operations().find(1, second)).isInstanceOf(Reader.Found.Gone.class);
    }
  }

  @Test
  void a_key_that_was_used_in_a_transaction_means_the_same_operation_over_http() throws Exception {
    try (var node = node()) {
      var id = sql("'mail', idempotency_key => 'order-7'");
      assertThat(found(node, id).id()).isEqualTo(id);

      var what = NewOperation.of(1, "mail", null).key("order-7", new byte[] {1, 2, 3});
      var replayed = (Submitted.Replayed) node.operations().submit(what).get(30, TimeUnit.SECONDS);
      assertThat(replayed.operation().id()).isEqualTo(id);
    }
  }

  @Test
  void of_two_with_one_key_the_earlier_one_counts_whichever_is_asked_for_first() throws Exception {
    try (var node = accepting(InstantSource.system())) {
      var first = sql("'other', idempotency_key => 'order-7', run_at => '2090-01-01Z'");
      var second = sql("'other', idempotency_key => 'order-7'");
      assertThat(found(node, second).id()).isEqualTo(first);
      assertThat(found(node, second).state()).isEqualTo(new State.Scheduled(Instant.parse("2090-01-01T00:00:00Z")));
    }
  }

  @Test
  void one_key_in_transactions_side_by_side_makes_one_operation() throws Exception {
    try (var one = node();
        var other = node()) {
      var ids = Nodes.together(8, n -> sql("'mail', idempotency_key => 'order-7'"));

      var meant = new HashSet<OperationId>();
      for (var id : ids) for (var node : List.of(one, other)) meant.add(found(node, id).id());
      assertThat(meant).hasSize(1);
      ended(one, meant.iterator().next());
      assertThat(performed).hasSize(1);
    }
  }

  @Test
  void a_type_that_nobody_knows_is_left_to_newer_nodes_for_a_while_and_then_fails_visibly() throws Exception {
    var clock = new ManualClock(AnOperation.EPOCH);
    try (var node = accepting(clock)) {
      var id = sql("'mail', lane => 'l', idempotency_key => 'k'");
      var shown = found(node, id);
      assertThat(shown.state()).isEqualTo(new State.Queued());
      assertThat(handedOver()).isEqualTo(1);

      try (var waiter = node.operations().waits().until(id, Operation::done)) {
        while (!isWoken(waiter)) {
          clock.advance(Duration.ofSeconds(16));
          node.operations().lookAtHandedOver();
        }
      }
      var failed = found(node, id);
      assertThat(failed.state()).isInstanceOfSatisfying(
          State.Failed.class,
          state -> {
            assertThat(FailureCode.HANDLER_FAILED.is(state.failure())).isTrue();
            assertThat(state.failure().detail()).contains("'mail'");
            assertThat(state.dead()).isTrue();
          });
      assertThat(failed.version()).isEqualTo(2);
      assertThat(handedOver()).isZero();
    }
  }

  private static boolean isWoken(Waits.Waiter waiter) throws Exception {
    try {
      return waiter.woken().get(50, TimeUnit.MILLISECONDS).isPresent();
    } catch (TimeoutException notYet) {
      return false;
    }
  }

  @Test
  void a_node_that_knows_the_type_takes_what_another_one_left() throws Exception {
    try (var old = accepting(InstantSource.system())) {
      var id = sql("'mail'");
      assertThat(found(old, id).state()).isEqualTo(new State.Queued());
      try (var newer = node()) {
        assertThat(ended(newer, id).state()).isEqualTo(new State.Succeeded(null));
        assertThat(found(old, id).done()).isTrue();
      }
    }
  }

  @Test
  void a_queue_as_deep_as_it_may_be_takes_what_can_no_longer_be_refused() throws Exception {
    try (var node = Raincheck.on(store(null)).type(mail().deep(0)).start()) {
      assertThat(node.operations().submit(NewOperation.of(1, "mail", null)).get(30, TimeUnit.SECONDS))
          .isInstanceOf(Submitted.Refused.class);
      assertThat(ended(node, sql("'mail'")).state()).isEqualTo(new State.Succeeded(null));
    }
  }

  @Test
  void a_tenant_is_named_made_if_need_be_and_sees_its_own_alone() throws Exception {
    try (var one = node();
        var other = node()) {
      var id = sql("'mail', tenant => 'shop'");
      assertThat(one.operations().find(1, id)).isInstanceOf(Reader.Found.Nothing.class);

      int shop = ((Tenants.Obtained.Tenant) other.keys().tenants().obtain("shop")).number();
      assertThat(shop).isGreaterThan(1);
      assertThat(other.operations().find(shop, id)).isInstanceOf(Reader.Found.Here.class);
      try (var application = application()) {
        var again = raincheck.submit(application, "shop", NewOperation.of(1, "mail", null));
        application.commit();
        assertThat(one.operations().find(shop, again)).isInstanceOf(Reader.Found.Here.class);
        assertThat(one.operations().find(1, again)).isInstanceOf(Reader.Found.Nothing.class);
      }
    }
  }

  @Test
  void what_is_only_handed_over_can_be_canceled() throws Exception {
    try (var node = accepting(InstantSource.system())) {
      var id = sql("'other', run_at => '2090-01-01Z'");
      var canceled = (Changed.Moved) node.operations().cancel(1, id, "no", null).get(30, TimeUnit.SECONDS);
      assertThat(canceled.operation().state()).isEqualTo(new State.Canceled("no"));
      assertThat(node.operations().cancel(1, new OperationId(1, 2), "no", null).get(30, TimeUnit.SECONDS))
          .isEqualTo(new Changed.Unknown());
    }
  }

  @Test
  void a_transaction_that_stays_open_holds_nobody_up() throws Exception {
    try (var node = node();
        var open = application()) {
      var last = sql(open, "'mail', lane => 'l'");
      var first = sql("'mail', lane => 'l'");
      assertThat(ended(node, first).state()).isEqualTo(new State.Succeeded(null));
      assertThat(node.operations().find(1, last)).isInstanceOf(Reader.Found.Nothing.class);
      open.commit();
      assertThat(ended(node, last).state()).isEqualTo(new State.Succeeded(null));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNANSWERED", "LOST"})
  void a_commit_that_nobody_answered_takes_over_once(String fate) throws Exception {
    try (var wire = new Wire(TestServer.port())) {
      var behind = TestServer.at(wire.port()).withSchema(config.schema());
      try (var node = Raincheck.on(PostgresStore.open(behind, System::nanoTime)).type(mail()).start()) {
        wire.next(Wire.Fate.valueOf(fate));
        var id = sql("'mail'");
        assertThat(ended(node, id).state()).isEqualTo(new State.Succeeded(null));
        assertThat(performed).containsExactly(id);
        assertThat(handedOver()).isZero();
      }
    }
  }

  @Test
  void a_value_that_the_store_refuses_fails_alone_and_visibly() throws Exception {
    try (var node = node()) {
      TestServer.edit(config, "ALTER TABLE operation ADD CHECK (correlation <> 'poison')");
      var poisoned = sql("'mail', correlation_id => 'poison'");
      var fine = sql("'mail'");

      assertThat(ended(node, fine).state()).isEqualTo(new State.Succeeded(null));
      assertThat(ended(node, poisoned).state()).isInstanceOf(State.Failed.class);
      assertThat(handedOver()).isZero();
    }
  }
}
