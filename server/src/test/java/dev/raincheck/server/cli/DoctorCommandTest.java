package dev.raincheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command shows of a store and of nodes, and how it ends. */
class DoctorCommandTest {
  private static final String IDLE =
      """
      # HELP raincheck_slots Attempts
      raincheck_slots{queue="mail"} 2.0
      raincheck_slots_taken{queue="mail"} 0.0
      raincheck_ledger_busy_seconds_total 10.0
      raincheck_ledger_waiting 0.0
      raincheck_operations_accepted_total{type="mail"} 100.0
      raincheck_attempts_seconds_count{code="",outcome="succeeded",type="mail"} 100.0
      raincheck_attempts_seconds_sum{code="",outcome="succeeded",type="mail"} 50.0
      """;

  @TempDir Path folder;

  private final ScriptedServer node = new ScriptedServer();
  private final Shell shell = new Shell(node.url());
  private String file;

  @BeforeEach
  void configuration() throws IOException {
    file = Files.writeString(folder.resolve("raincheck.yaml"), "store: postgresql://app:hush@db.example/work?ssl=true\n").toString();
  }

  @AfterEach
  void close() {
    node.close();
  }

  private int doctor(String before, String after, String... more) {
    node.then(200, before).then(200, "{}").then(200, after);
    var args = new ArrayList<>(List.of("doctor", "--config", file));
    args.addAll(List.of(more));
    return shell.run(args.toArray(String[]::new));
  }

  @Test
  void all_is_well_is_zero_and_a_warning_one_and_a_problem_two() {
    shell.examining(config -> List.of(Finding.ok("clock", "3 ms", "The clocks agree.")));
    assertThat(doctor(IDLE, IDLE)).isZero();
    assertThat(shell.out())
        .startsWith("store: postgresql://db.example/work\n\nok       clock                  The clocks agree.\n")
        .contains("nothing binds: there is no load")
        .endsWith("\nAll is well.\n");

    shell.examining(config -> List.of(Finding.warning("due", "6 s", "Late.", "Look.")));
    assertThat(doctor(IDLE, IDLE)).isEqualTo(1);
    assertThat(shell.out()).contains("warning  due                    Late.\n         → Look.\n").endsWith("\n1 warnings.\n");

    shell.examining(config -> List.of(Finding.warning("due", "6 s", "Late.", "Look."), Finding.problem("role", "standby", "A standby.", "Promote.")));
    assertThat(doctor(IDLE, IDLE)).isEqualTo(2);
    assertThat(shell.out()).contains("problem  role").endsWith("\n1 problems, 1 warnings.\n");
    assertThat(shell.out()).doesNotContain("hush");
  }

  @Test
  void a_store_that_cannot_be_reached_has_an_exit_code_of_its_own() {
    shell.examining(config -> List.of(Finding.problem("reachable", "", "The server cannot be asked.", "See.")));

    assertThat(doctor(IDLE, IDLE)).isEqualTo(4);
  }

  @Test
  void the_document_has_every_finding_and_what_binds() {
    shell.examining(config -> List.of(Finding.warning("due", "6 s", "Late.", "Look.")));

    assertThat(doctor(IDLE, IDLE, "--json")).isEqualTo(1);

    var json = Json.parse(shell.outBytes());
    assertThat(Json.text(json, "severity")).contains("warning");
    assertThat(Json.text(json, "binds")).contains("nothing");
    assertThat(Json.list(json, "findings").getFirst().toString())
        .isEqualTo("{\"check\":\"due\",\"severity\":\"warning\",\"figure\":\"6 s\",\"text\":\"Late.\",\"advice\":\"Look.\"}");
    assertThat(shell.out()).doesNotContain("hush");
  }

  @Test
  void full_slots_with_work_that_waits_are_what_binds() {
    var full =
        IDLE.replace("taken{queue=\"mail\"} 0.0", "taken{queue=\"mail\"} 2.0")
            + """
            raincheck_operations{queue="mail",status="queued",type="mail"} 40.0
            raincheck_operations_oldest_age_seconds{queue="mail",status="queued",type="mail"} 9.5
            """;

    assertThat(doctor(full, full.replace("count{code=\"\",outcome=\"succeeded\",type=\"mail\"} 100.0", "count{code=\"\",outcome=\"succeeded\",type=\"mail\"} 104.0").replace("} 50.0", "} 52.0")))
        .isEqualTo(1);

    assertThat(shell.out()).contains("slots bind: all 2 slots of the queue mail are taken, and 40 operations wait").contains("attempts take 0.500 s");
  }

  @Test
  void attempts_that_have_become_slow_are_the_targets_doing() {
    var full =
        IDLE.replace("taken{queue=\"mail\"} 0.0", "taken{queue=\"mail\"} 2.0")
            + "raincheck_operations{queue=\"mail\",status=\"queued\",type=\"mail\"} 40.0\n";

    doctor(full, full.replace("count{code=\"\",outcome=\"succeeded\",type=\"mail\"} 100.0", "count{code=\"\",outcome=\"succeeded\",type=\"mail\"} 104.0").replace("} 50.0", "} 62.0"), "--json");

    assertThat(Json.text(Json.parse(shell.outBytes()), "binds")).contains("target");
  }

  @Test
  void a_target_that_fails_is_what_binds() {
    var failed = IDLE + "raincheck_attempts_seconds_count{code=\"target_failed\",outcome=\"failed\",type=\"mail\"} %s.0\n";

    assertThat(doctor(failed.formatted("5"), failed.formatted("25"))).isEqualTo(2);

    assertThat(shell.out()).contains("the target of mail binds: of 20 attempts").contains("20 failed (target_failed)");
  }

  /** The two looks are a few thousandths of a second apart here: the pause of the test does not rest. */
  @Test
  void a_writer_without_rest_is_the_store() {
    var busy = IDLE.replace("busy_seconds_total 10.0", "busy_seconds_total 40000.0") + "raincheck_ledger_batches_total 3.0\n";

    doctor(IDLE, busy, "--json");

    assertThat(Json.text(Json.parse(shell.outBytes()), "binds")).contains("store");
  }

  @Test
  void work_that_comes_and_finds_room_is_as_much_as_the_clients_send() {
    doctor(IDLE, IDLE.replace("accepted_total{type=\"mail\"} 100.0", "accepted_total{type=\"mail\"} 150.0"), "--json");

    assertThat(Json.text(Json.parse(shell.outBytes()), "binds")).contains("client");
  }

  @Test
  void a_named_node_that_is_silent_or_unready_or_out_of_time_is_told() {
    shell.environment.remove("RAINCHECK_ADMIN_URL");
    assertThat(shell.run("doctor", "--config", file, "--node", "http://127.0.0.1:1")).isEqualTo(2);
    assertThat(shell.out()).contains("problem  node                   No node answers at http://127.0.0.1:1");

    node.then(200, IDLE).then(503, "{}").then(200, IDLE);
    assertThat(shell.run("doctor", "--config", file, "--node", node.url())).isEqualTo(2);
    assertThat(shell.out()).contains("takes no new work");

    var look = new NodeLook(new Cli(null, name -> null, rest -> {}, null, null, null, null), node.url(), true, () -> Instant.EPOCH.plusSeconds(90), () -> 0);
    node.then(200, IDLE).then(200, "{}").then(200, IDLE);
    assertThat(lookAt(look)).anyMatch(finding -> finding.check().equals("node-clock") && finding.severity() == Finding.Severity.WARNING);
  }

  private static List<Finding> lookAt(NodeLook look) {
    try {
      return look.look(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_is_no_node_is_told_and_the_configurations_own_may_be_silent() throws IOException {
    node.then(200, "<html>");
    assertThat(shell.run("doctor", "--config", file)).isEqualTo(1);
    assertThat(shell.out()).contains("has no metrics of Raincheck");

    shell.environment.remove("RAINCHECK_ADMIN_URL");
    file = Files.writeString(folder.resolve("raincheck.yaml"), "admin_listen: 127.0.0.1:1\n").toString();
    assertThat(shell.run("doctor", "--config", file)).isZero();
    assertThat(shell.out()).contains("No node answers at http://127.0.0.1:1, the admin listener of this configuration");
  }

  @Test
  void seconds_out_of_range_are_wrong_usage() {
    assertThat(shell.run("doctor", "--config", file, "--seconds", "0")).isEqualTo(64);
  }
}
