package dev.raincheck.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code ./raincheck chaos}: {@code -Dgroups=chaos} runs it alone, {@code -Draincheck.seed=N} repeats it. */
@Tag("chaos")
@Timeout(600)
class ChaosTest {
  private static final long SEED = Long.getLong("raincheck.seed", 1);

  @Test
  void a_cluster_keeps_its_promises_while_nodes_die_and_the_database_crashes() throws Exception {
    assumeTrue(Programs.areHere(), "there are no programs of PostgreSQL for this system");
    var told = new ByteArrayOutputStream();
    boolean held = Run.of(Settings.shortOne(SEED), new PrintStream(told, true, StandardCharsets.UTF_8));
    assertThat(held).as(told.toString(StandardCharsets.UTF_8)).isTrue();
  }
}
