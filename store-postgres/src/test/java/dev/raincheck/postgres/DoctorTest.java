package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.doctor.Finding;
import dev.raincheck.doctor.Finding.Severity;
import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.testkit.AnOperation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the doctor names, on a real server that a test has spoiled. */
class DoctorTest {
  private static EmbeddedPostgres server;

  private final PostgresConfig config = TestServer.config();

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setServerConfig("max_prepared_transactions", "5").setServerConfig("max_connections", "40").start();
    try (var connection = connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE neighbour");
      statement.execute("CREATE ROLE stranger LOGIN PASSWORD 'whoever'");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?ApplicationName=reports".formatted(server.getPort(), database), "postgres", "hush-hush");
  }

  private PostgresConfig here() {
    return PostgresConfig.of("postgresql://postgres:hush-hush@127.0.0.1:" + server.getPort() + "/postgres")
        .withStrict(false)
        .withSchema(config.schema());
  }

  private static List<Finding> examine(PostgresConfig config) {
    return PostgresDoctor.examine(config, InstantSource.system(), System::nanoTime, -1);
  }

  private static List<Finding> of(List<Finding> findings, String check) {
    return findings.stream().filter(finding -> finding.check().equals(check)).toList();
  }

  private static Finding one(List<Finding> findings, String check) {
    assertThat(of(findings, check)).as(findings.toString()).hasSize(1);
    return of(findings, check).getFirst();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private PostgresStore open() {
    return PostgresStore.open(here(), System::nanoTime);
  }

  @Test
  void a_new_database_without_nodes_has_no_problem_but_the_servers_own() {
    open().close();

    var findings = PostgresDoctor.examine(here(), InstantSource.system(), System::nanoTime);

    assertThat(findings.stream().filter(one -> one.severity() == Severity.PROBLEM).map(Finding::figure)).containsExactly("fsync = off");
    assertThat(findings.stream().filter(one -> one.severity() == Severity.WARNING).map(Finding::check))
        .as(findings.toString())
        .isSubsetOf("durability", "nodes");
    assertThat(one(findings, "schema").figure()).isEqualTo(String.valueOf(Schema.VERSION));
    assertThat(findings.toString()).doesNotContain("not looked at").doesNotContain("hush-hush");
  }

  @Test
  void an_open_transaction_here_is_named_with_its_process_and_what_it_does() throws Exception {
    open().close();
    try (var other = connect("postgres")) {
      other.setAutoCommit(false);
      other.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      run(other, "SELECT pg_current_xact_id()");

      var old = of(examine(here()), "old-transactions");

      assertThat(old)
          .anySatisfy(
              finding -> {
                assertThat(finding.severity()).isNotEqualTo(Severity.OK);
                assertThat(finding.text()).contains("reports", "user postgres", "idle in transaction", "holds back the removal of dead rows");
                assertThat(finding.advice()).contains("pg_terminate_backend(");
              });
      other.rollback();
    }
  }

  @Test
  void an_open_transaction_in_another_database_is_named_with_that_database() throws Exception {
    open().close();
    try (var other = connect("neighbour");
        var reader = connect("neighbour")) {
      other.setAutoCommit(false);
      run(other, "SELECT pg_current_xact_id()");
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      run(reader, "SELECT 1");

      var old = of(examine(here()), "old-transactions").stream().map(Finding::text).filter(text -> text.contains("neighbour")).toList();

      assertThat(old)
          .anyMatch(text -> text.endsWith("so tables grow and claims slow down."))
          .anyMatch(text -> text.contains("in the tables that all databases share"));
      other.rollback();
      reader.rollback();
    }
  }

  @Test
  void a_prepared_transaction_and_a_slot_that_nobody_reads_are_named() throws Exception {
    open().close();
    try (var other = connect("neighbour")) {
      other.setAutoCommit(false);
      run(other, "CREATE TABLE t (x int)");
      run(other, "PREPARE TRANSACTION 'forgotten one'");
      other.setAutoCommit(true);
      run(other, "SELECT pg_create_physical_replication_slot('gone_standby', true)");

      var findings = examine(here());

      assertThat(one(findings, "prepared-transactions").severity()).isEqualTo(Severity.PROBLEM);
      assertThat(one(findings, "prepared-transactions").text()).contains("'forgotten one'", "neighbour");
      assertThat(one(findings, "replication-slots").text()).contains("'gone_standby'");
      assertThat(one(findings, "replication-slots").advice()).contains("pg_drop_replication_slot('gone_standby')");
      run(other, "ROLLBACK PREPARED 'forgotten one'");
      run(other, "SELECT pg_drop_replication_slot('gone_standby')");
    }
  }

  @Test
  void a_table_that_nobody_cleans_is_named() throws Exception {
    open().close();
    try (var other = connect("postgres")) {
      run(other, "ALTER TABLE %s.life SET (autovacuum_enabled = off)".formatted(config.schema()));
      run(other, "CREATE TABLE %s.heap (x int) WITH (autovacuum_enabled = off)".formatted(config.schema()));
      run(other, "INSERT INTO %s.heap SELECT generate_series(1, 20000)".formatted(config.schema()));
      run(other, "DELETE FROM %s.heap WHERE x > 100".formatted(config.schema()));
      run(other, "SELECT pg_stat_force_next_flush()");
      run(other, "SELECT 1");

      var findings = examine(here());

      assertThat(of(findings, "autovacuum")).extracting(Finding::figure).containsExactlyInAnyOrder("life", "heap");
      assertThat(one(findings, "dead-rows").text()).contains("The table heap has 19,900 dead rows", "it has not been vacuumed yet");
    }
  }

  @Test
  void settings_that_promise_too_little_are_named() throws Exception {
    open().close();

    var findings = examine(here().withStrict(true));

    assertThat(of(findings, "durability"))
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .extracting(Finding::figure)
        .contains("fsync = off");
  }

  @Test
  void a_missing_synchronous_standby_is_a_problem() throws Exception {
    open().close();
    try (var other = connect("postgres")) {
      run(other, "ALTER SYSTEM SET synchronous_standby_names = 'ANY 2 (a, b, c)'");
      reload(other, "ANY 2 (a, b, c)");
      try {
        assertThat(of(examine(here()), "standbys")).anySatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.PROBLEM);
              assertThat(finding.figure()).isEqualTo("0 of 2");
            });
      } finally {
        run(other, "SET synchronous_commit = off");
        run(other, "ALTER SYSTEM RESET synchronous_standby_names");
        reload(other, "");
      }
    }
  }

  /** A session sees a reloaded setting from some statement on. */
  private static void reload(Connection other, String standbys) throws SQLException {
    run(other, "SELECT pg_reload_conf()");
    for (int i = 0; i < 100_000; i++) {
      try (var statement = other.createStatement();
          var row = statement.executeQuery("SHOW synchronous_standby_names")) {
        row.next();
        if (row.getString(1).equals(standbys)) return;
      }
    }
  }

  @Test
  void a_machine_whose_clock_is_off_is_told_by_how_much() {
    open().close();
    InstantSource behind = () -> InstantSource.system().instant().minusSeconds(90);

    var clock = one(PostgresDoctor.examine(here(), behind, System::nanoTime), "clock");

    assertThat(clock.severity()).isEqualTo(Severity.PROBLEM);
    assertThat(clock.text()).contains("The server's clock is ", "ahead of this machine's");
  }

  @Test
  void what_a_dead_node_held_and_what_is_late_is_named() throws Exception {
    var hourAgo = InstantSource.system().instant().minusSeconds(3_600);
    try (var store = open();
        var tx = store.begin()) {
      var rows =
          List.<Row>of(
              AnOperation.numbered(1).createdAt(hourAgo).state(new State.Running(99, hourAgo.plusSeconds(60), null)).build(),
              AnOperation.numbered(2).createdAt(hourAgo).build(),
              new Row.Owner(new Key.Owner(99), hourAgo));
      Set<Key> fresh = new HashSet<>(List.of(AnOperation.id(1), AnOperation.id(2), new Key.Owner(99)));
      tx.now();
      tx.commit(new Batch(7, 1, rows, fresh, List.of(), List.of()));
    }
    try (var other = connect("postgres")) {
      run(other, "UPDATE %s.life SET life = '\\x7f'::bytea || substr(life, 2) WHERE state = 3".formatted(config.schema()));
    }

    var findings = examine(here());

    assertThat(one(findings, "orphans").severity()).isEqualTo(Severity.PROBLEM);
    assertThat(one(findings, "orphans").text()).startsWith("1 operations are held by 1 nodes whose lease is over");
    assertThat(one(findings, "nodes").figure()).isEqualTo("0 alive");
    assertThat(one(findings, "ready").text()).contains("mail 1, the oldest accepted");
    assertThat(one(findings, "unreadable").figure()).isEqualTo("1 of 2");
    assertThat(one(findings, "due").severity()).isEqualTo(Severity.PROBLEM);
  }

  @Test
  void a_newer_schema_is_named() throws Exception {
    open().close();
    try (var other = connect("postgres")) {
      run(other, "UPDATE %s.schema_version SET version = 99".formatted(config.schema()));
    }

    assertThat(one(examine(here()), "schema").severity()).isEqualTo(Severity.PROBLEM);
  }

  @Test
  void a_database_without_tables_is_no_mistake_and_gets_none() throws Exception {
    assertThat(one(examine(here()), "schema").severity()).isEqualTo(Severity.WARNING);

    try (var other = connect("postgres");
        var rows =
            other.createStatement().executeQuery("SELECT count(*) FROM pg_namespace WHERE nspname = '%s'".formatted(config.schema()))) {
      rows.next();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void a_table_that_somebody_locks_is_not_waited_for() throws Exception {
    open().close();
    try (var other = connect("postgres")) {
      other.setAutoCommit(false);
      run(other, "LOCK TABLE %s.life IN ACCESS EXCLUSIVE MODE".formatted(config.schema()));

      var findings = examine(here());

      assertThat(one(findings, "ready").text()).startsWith("This was not looked at: the server said SQLSTATE 55P03");
      assertThat(of(findings, "blobs")).isNotEmpty();
      other.rollback();
    }
  }

  @Test
  void who_may_not_see_others_sessions_is_told_so() throws Exception {
    open().close();
    try (var other = connect("postgres")) {
      run(other, "SELECT 1");
      var stranger =
          PostgresConfig.of("postgresql://stranger:whoever@127.0.0.1:" + server.getPort() + "/postgres")
              .withStrict(false)
              .withSchema(config.schema());

      assertThat(of(examine(stranger), "old-transactions")).anyMatch(finding -> finding.advice().contains("GRANT pg_monitor"));
    }
  }

  @Test
  void a_server_that_does_not_answer_is_one_problem_without_secrets() throws Exception {
    int nobody;
    try (var free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }

    var findings = examine(PostgresConfig.of("postgresql://app:hush-hush@127.0.0.1:" + nobody + "/app?sslpassword=hush-hush"));

    assertThat(findings).singleElement().satisfies(finding -> assertThat(finding.check()).isEqualTo("reachable"));
    assertThat(findings.toString()).contains("cannot be asked").doesNotContain("hush-hush");
  }
}
