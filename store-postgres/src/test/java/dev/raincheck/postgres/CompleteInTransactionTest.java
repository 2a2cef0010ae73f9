package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application recorded as done together with its data is done, whatever else comes. */
@Timeout(120)
class CompleteInTransactionTest {
  private static final Input RESULT = new Input("{\"sent\":true}".getBytes(UTF_8), "application/json");

  private final PostgresConfig config = TestServer.config();
  private final ApplicationTransactions raincheck = ApplicationTransactions.in(config.schema());
  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);

  @BeforeEach
  void schema() throws SQLException {
    PostgresStore.open(config, System::nanoTime).close();
    TestServer.edit(config, "CREATE TABLE mine (what text)");
  }

  private static Connection application() throws SQLException {
    var connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + TestServer.port() + "/postgres", "postgres", "postgres");
    connection.setAutoCommit(false);
    return connection;
  }

  /** The application's own data. */
  private void change(Connection application) throws SQLException {
    try (var statement = application.createStatement()) {
      statement.execute("INSERT INTO " + config.schema() + ".mine VALUES ('sent')");
    }
  }

  private int count(String table) throws SQLException {
    try (var connection = TestServer.connect(config);
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getInt(1);
    }
  }

  /** An attempt under way, of a node that could be any. */
  private OperationId running(Nodes nodes, String lane) {
    nodes.get(0).hand(Nodes.submit(null, lane, 1));
    var attempts = nodes.get(0).claim(1);
    assertThat(attempts).hasSize(1);
    return attempts.getFirst().id();
  }

  private static Operation standing(Nodes nodes, OperationId id) {
    return nodes.standing().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  private void assertSucceeded(Operation operation) {
    assertThat(operation.state()).isInstanceOfSatisfying(
        State.Succeeded.class, state -> assertThat(((Payload.Inline) state.result()).bytes()).isEqualTo(RESULT.bytes()));
  }

  // ---- handlers

  private Raincheck node(Handler.Blocking handler) {
    return Raincheck.on(PostgresStore.open(config, System::nanoTime)).type(OperationType.of("mail", handler)).start();
  }

  private static OperationId submit(Raincheck node) throws Exception {
    var submitted = node.operations().submit(NewOperation.of(1, "mail", null)).get(30, TimeUnit.SECONDS);
    return ((Submitted.Accepted) submitted).operation().id();
  }

  private static Operation ended(Raincheck node, OperationId id) throws Exception {
    try (var waiter = node.operations().waits().until(id, Operation::done)) {
      var operation = ((Reader.Found.Here) node.operations().find(1, id)).operation();
      return operation.done() ? operation : waiter.woken().get(60, TimeUnit.SECONDS).orElseThrow();
    }
  }

  @Test
  void a_handler_completes_in_the_transaction_that_changes_its_data() throws Exception {
    try (var node =
        node(
            (input, context) -> {
              try (var application = application()) {
                change(application);
                raincheck.complete(application, context, RESULT);
                application.commit();
              }
              return Result.completed();
            })) {
      assertSucceeded(ended(node, submit(node)));
      assertThat(count("mine")).isEqualTo(1);
      assertThat(count("completion")).isZero();
    }
  }

  @Test
  void if_its_transaction_rolls_back_the_attempt_has_failed_and_the_next_one_begins_anew() throws Exception {
    try (var node =
        node(
            (input, context) -> {
              try (var application = application()) {
                change(application);
                raincheck.complete(application, context, RESULT);
                if (context.attempt() == 1) application.rollback();
                else application.commit();
              }
              return Result.completed();
            })) {
      var done = ended(node, submit(node));
      assertSucceeded(done);
      assertThat(done.moment().attempt()).isEqualTo(2);
      assertThat(count("mine")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_the_handler_says_after_its_commit_changes_nothing(boolean throwing) throws Exception {
    try (var node =
        node(
            (input, context) -> {
              try (var application = application()) {
                raincheck.complete(application, context, RESULT);
                application.commit();
              }
              if (throwing) throw new IllegalStateException("after the commit");
              return Result.failed("x_late", 400, "after the commit");
            })) {
      assertSucceeded(ended(node, submit(node)));
    }
  }

  @Test
  void a_handler_that_has_completed_is_not_interrupted_before_it_returns() throws Exception {
    var recorded = new CompletableFuture<Void>();
    var interrupted = new CompletableFuture<Boolean>();
    var nodes = new AtomicReference<Raincheck>();
    try (var node =
        node(
            (input, context) -> {
              try (var application = application()) {
                raincheck.complete(application, context, RESULT);
                application.commit();
              }
              nodes.get().operations().lookAtHandedOver();
              recorded.join();
              interrupted.complete(Thread.interrupted() || context.canceled());
              return Result.completed();
            })) {
      nodes.set(node);
      var id = submit(node);
      assertSucceeded(ended(node, id));
      recorded.complete(null);
      assertThat(interrupted.get(30, TimeUnit.SECONDS)).isFalse();
    }
  }

  @Test
  void what_a_process_committed_before_it_died_is_recorded_by_another_one() throws Exception {
    OperationId id;
    try (var dead = new Nodes(config)) {
      id = running(dead, null);
      try (var application = application()) {
        raincheck.complete(application, id, 1, RESULT);
        application.commit();
      }
    }
    try (var other = node((input, context) -> Result.failed("x_again", 400, "ran again"))) {
      assertSucceeded(ended(other, id));
    }
  }

  // ---- races

  /** What else may happen to a running operation. */
  enum Rival {
    TIME_OUT(id -> new Command.Look(id)),
    LOST_LEASE(id -> new Command.Lost(id, 1)),
    FAILURE(id -> new Command.Fail(id, 1, FailureCode.HANDLER_FAILED.because("late"), true, null)),
    ANOTHER_RESULT(id -> new Command.Complete(id, 1, null)),
    RELEASE(id -> new Command.Release(id, 1, Duration.ZERO)),
    CANCEL(id -> new Command.Cancel(1, id, "no longer wanted", null)),
    PROGRESS(id -> new Command.Report(id, 1, null)),
    DETACH(id -> new Command.Detach(id, 1)),
    DELETE(id -> new Command.Delete(1, id, null));

    final Function<OperationId, Command> command;

    Rival(Function<OperationId, Command> command) {
      this.command = command;
    }
  }

  @ParameterizedTest
  @EnumSource(Rival.class)
  void a_committed_completion_goes_before_everything_else(Rival rival) throws Exception {
    try (var nodes = new Nodes(clock, config, config)) {
      var id = running(nodes, "lane");
      nodes.get(0).hand(Nodes.submit(null, "lane", 1));
      try (var application = application()) {
        raincheck.complete(application, id, 1, RESULT);
        application.commit();
      }
      clock.advance(Duration.ofDays(2)); // past the attempt, the lease, the deadline

      var outcome = nodes.get(1).hand(rival.command.apply(id));

      if (rival == Rival.DELETE) {
        assertThat(outcome).isInstanceOf(Outcome.Gone.class);
      } else {
        assertSucceeded(standing(nodes, id));
      }
      assertThat(count("completion")).isZero();
      assertThat(nodes.standing().stream().filter(one -> one.state() instanceof State.Queued)).hasSize(1);
      nodes.checkLog();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Rival.class, mode = EnumSource.Mode.EXCLUDE, names = {"PROGRESS", "DETACH", "DELETE"})
  void a_batch_that_comes_during_the_transaction_waits_for_its_commit(Rival rival) throws Exception {
    try (var nodes = new Nodes(clock, config, config);
        var application = application()) {
      var id = running(nodes, null);
      raincheck.complete(application, id, 1, RESULT);
      clock.advance(Duration.ofDays(2));
      var answer = nodes.get(1).ledger().hand(rival.command.apply(id));
      awaitBlocked();

      application.commit();

      answer.get(60, TimeUnit.SECONDS);
      assertSucceeded(standing(nodes, id));
    }
  }

  /** Until some batch waits for what an application holds. */
  private void awaitBlocked() throws SQLException {
    try (var connection = TestServer.connect(config);
        var ask =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")) {
      for (int blocked = 0; blocked == 0; ) {
        try (var row = ask.executeQuery()) {
          row.next();
          blocked = row.getInt(1);
        }
      }
    }
  }

  @Test
  void if_the_transaction_rolls_back_the_batch_that_waited_decides_as_if_it_had_never_been() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application()) {
      var id = running(nodes, null);
      raincheck.complete(application, id, 1, RESULT);
      clock.advance(Duration.ofDays(2));
      var answer = nodes.get(0).ledger().hand(new Command.Look(id));
      awaitBlocked();

      application.rollback();

      answer.get(60, TimeUnit.SECONDS);
      assertThat(standing(nodes, id).state()).isInstanceOf(State.Failed.class);
    }
  }

  @Test
  void an_attempt_that_is_over_cannot_complete_and_its_transaction_cannot_commit() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application()) {
      var id = running(nodes, null);
      nodes.get(0).hand(new Command.Release(id, 1, Duration.ZERO));
      assertThat(nodes.get(0).claim(1)).hasSize(1);

      change(application);
      assertThatThrownBy(() -> raincheck.complete(application, id, 1, RESULT))
          .isInstanceOf(LostLeaseException.class)
          .hasMessageContaining("roll the transaction back");
      application.commit(); // an application that pays no heed: PostgreSQL answers ROLLBACK
      assertThat(count("mine")).isZero();

      change(application);
      raincheck.complete(application, id, 2, RESULT);
      application.commit();
      nodes.get(0).hand(new Command.Look(id));
      assertSucceeded(standing(nodes, id));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "ended", "unknown", "completed in the same transaction", "completed before"})
  void only_a_running_attempt_can_complete_and_only_once(String how) throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application()) {
      var id = running(nodes, null);
      switch (how) {
        case "queued" -> nodes.get(0).hand(new Command.Release(id, 1, Duration.ZERO));
        case "ended" -> nodes.get(0).hand(new Command.Complete(id, 1, null));
        case "unknown" -> id = new OperationId(1, 1);
        default -> raincheck.complete(application, id, 1, RESULT);
      }
      if (how.equals("completed before")) application.commit();
      var attempted = id;
      assertThatThrownBy(() -> raincheck.complete(application, attempted, 1, RESULT))
          .isInstanceOf(LostLeaseException.class);
    }
  }

  @Test
  void an_attempt_of_a_node_that_does_not_know_the_fence_is_not_taken_for_an_earlier_one() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application()) {
      var id = running(nodes, null);
      TestServer.edit(config, "UPDATE life SET owner = 77"); // such a node leaves the fence as it was
      assertThatThrownBy(() -> raincheck.complete(application, id, 1, RESULT)).isInstanceOf(LostLeaseException.class);
    }
  }

  @Test
  void what_was_asked_to_be_canceled_is_recorded_all_the_same() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application()) {
      var id = running(nodes, null);
      nodes.get(0).hand(new Command.Cancel(1, id, "no longer wanted", null));
      raincheck.complete(application, id, 1, RESULT);
      application.commit();
      nodes.get(0).hand(new Command.Look(id));

      assertSucceeded(standing(nodes, id));
      assertThat(standing(nodes, id).moment().cancelRequested()).isTrue();
    }
  }

  @Test
  void what_will_be_called_back_can_be_completed_by_whoever_knows_the_epoch() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application();
        var statement = application.createStatement()) {
      var id = running(nodes, null);
      nodes.get(0).hand(new Command.Detach(id, 1));
      statement.execute("SELECT %s.complete('%s', 1, '{\"a\": 1}')".formatted(config.schema(), id.text()));
      application.commit();
      nodes.get(0).hand(new Command.Look(id));

      var result = ((State.Succeeded) standing(nodes, id).state()).result();
      assertThat(new String(((Payload.Inline) result).bytes(), UTF_8)).isEqualTo("{\"a\": 1}");
    }
  }

  @Test
  void a_completion_that_an_older_node_passed_by_is_dropped_and_holds_up_nobody() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application()) {
      var id = running(nodes, null);
      nodes.get(0).hand(new Command.Release(id, 1, Duration.ZERO));
      assertThat(nodes.get(0).claim(1)).hasSize(1);
      TestServer.edit(
          config,
          "INSERT INTO completion SELECT id, 1, 'x', 'text/plain' FROM life; UPDATE life SET completing = 1");

      nodes.get(0).hand(new Command.Look(id));
      assertThat(count("completion")).isZero();
      assertThat(standing(nodes, id).state()).isInstanceOf(State.Running.class);

      raincheck.complete(application, id, 2, RESULT);
      application.commit();
      nodes.get(0).hand(new Command.Look(id));
      assertSucceeded(standing(nodes, id));
    }
  }

  // ---- the application's session

  private static String setting(Connection connection, String name) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT current_setting('" + name + "')")) {
      row.next();
      return row.getString(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1min", "10500ms", "2s", "500ms"})
  void the_transaction_has_a_bound_from_then_on_and_the_session_keeps_its_own(String own) throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application();
        var statement = application.createStatement()) {
      var id = running(nodes, null);
      statement.execute("SET idle_in_transaction_session_timeout = '" + own + "'");
      application.commit();
      raincheck.complete(application, id, 1, null);

      boolean shorter = own.equals("2s") || own.equals("500ms");
      assertThat(setting(application, "idle_in_transaction_session_timeout")).isEqualTo(shorter ? own : "10s");
      assertThat(setting(application, "transaction_timeout")).isEqualTo("30s");
      application.commit();
      assertThat(setting(application, "idle_in_transaction_session_timeout")).isEqualTo(own);
      assertThat(setting(application, "transaction_timeout")).isEqualTo("0");
    }
  }

  @Test
  void an_application_that_stands_still_is_ended_and_what_it_held_goes_on() throws Exception {
    try (var nodes = new Nodes(clock, config);
        var application = application();
        var statement = application.createStatement()) {
      var id = running(nodes, null);
      statement.execute("SET idle_in_transaction_session_timeout = '1s'");
      application.commit();
      raincheck.complete(application, id, 1, null);

      assertThat(nodes.get(0).hand(new Command.Fail(id, 1, FailureCode.HANDLER_FAILED.because("x"), false, null)))
          .isInstanceOf(Outcome.Moved.class);
      assertThat(standing(nodes, id).state()).isInstanceOf(State.Failed.class);
      assertThatThrownBy(application::commit).isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'op_1', 1", "'op_00000000000000000000000001', NULL", "NULL, 1", "'op_8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 1",
        "'op_00000000000000000000000001', 1, to_jsonb(repeat('x', 1048576))"
      })
  void values_out_of_range_are_refused(String arguments) throws Exception {
    assertThatThrownBy(() -> TestServer.edit(config, "SELECT complete(" + arguments + ")"))
        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
  }

  @Test
  void whoever_may_complete_needs_no_right_on_any_table() throws Exception {
    var user = config.schema() + "_user";
    TestServer.edit(
        config,
        """
        CREATE ROLE %2$s; GRANT USAGE ON SCHEMA %1$s TO %2$s;
        GRANT EXECUTE ON FUNCTION complete(text, bigint, jsonb), complete_bytes(text, bigint, bytea, text) TO %2$s\
        """
            .formatted(config.schema(), user));
    try (var nodes = new Nodes(clock, config);
        var application = application();
        var statement = application.createStatement()) {
      var id = running(nodes, null);
      statement.execute("SET SESSION AUTHORIZATION " + user);
      raincheck.complete(application, id, 1, RESULT);
      application.commit();
      assertThatThrownBy(() -> statement.execute("SELECT * FROM " + config.schema() + ".completion"))
          .hasMessageContaining("permission denied");
      application.rollback();
      nodes.get(0).hand(new Command.Look(id));
      assertSucceeded(standing(nodes, id));
    } finally {
      TestServer.edit(config, "DROP OWNED BY " + user + "; DROP ROLE " + user);
    }
  }
}
