package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.StoreException;
import org.junit.jupiter.api.Test;

/** What a start asks of the server, and makes of the database. */
class OpeningTest {
  private final PostgresConfig config = TestServer.config();

  private static PostgresStore open(PostgresConfig config) {
    return PostgresStore.open(config, System::nanoTime);
  }

  @Test
  void the_first_of_several_nodes_makes_the_tables_and_the_others_find_them() throws Exception {
    var stores = Nodes.together(4, _ -> open(config));

    for (var store : stores) {
      long end = store.read(reader -> reader.system().logEnd());
      assertThat(end).isZero();
      store.close();
    }
  }

  @Test
  void a_newer_versions_tables_are_refused_and_left_alone() throws Exception {
    open(config).close();
    TestServer.edit(config, "UPDATE schema_version SET version = 99");

    assertThatThrownBy(() -> open(config))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("schema 99")
        .hasMessageContaining("Start a newer Raincheck");
  }

  @Test
  void strict_durability_is_refused_where_the_server_does_not_wait_for_the_disk() {
    // The test's own server is one.
    assertThatThrownBy(() -> open(config.withStrict(true)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("fsync = off")
        .hasMessageContaining("durability: relaxed");
    assertThatThrownBy(() -> ServerPromise.of(server("on", "off"), true)).hasMessageContaining("synchronous_commit is off");
  }

  @Test
  void what_the_server_promises_is_told() {
    assertThat(ServerPromise.of(server("on", "remote_apply"), true).notes())
        .containsExactly(
            "synchronous_commit is remote_apply, fsync on, full_page_writes on; synchronous standbys: none");
    assertThat(ServerPromise.of(server("off", "on"), false).notes().getFirst()).startsWith("synchronous_commit is off");
  }

  @Test
  void an_old_server_a_standby_and_another_encoding_are_refused() {
    var old = new ServerPromise.Settings(140_012, "14.12", false, "on", "on", "on", "", "UTF8", 0);
    var standby = new ServerPromise.Settings(180_001, "18.1", true, "on", "on", "on", "", "UTF8", 0);
    var latin = new ServerPromise.Settings(180_001, "18.1", false, "on", "on", "on", "", "LATIN1", 0);

    assertThatThrownBy(() -> ServerPromise.of(old, true)).hasMessageContaining("needs 15 or newer");
    assertThatThrownBy(() -> ServerPromise.of(standby, true)).hasMessageContaining("standby");
    assertThatThrownBy(() -> ServerPromise.of(latin, true)).hasMessageContaining("UTF8");
  }

  private static ServerPromise.Settings server(String fsync, String synchronousCommit) {
    return new ServerPromise.Settings(
        180_006, "18.6 (Debian)", false, fsync, synchronousCommit, "on", "", "UTF8", 0);
  }

  @Test
  void what_it_says_of_itself_holds_no_secret() {
    try (var store = open(config)) {
      var description = store.describe();
      assertThat(description.name()).startsWith("PostgreSQL ");
      assertThat(description.location()).isEqualTo("postgresql://127.0.0.1:" + TestServer.port() + "/postgres");
      assertThat(config.toString()).isEqualTo(description.location());
    }
  }

  @Test
  void a_server_that_is_not_there_is_named_in_the_refusal() {
    assertThatThrownBy(() -> open(TestServer.at(1))).isInstanceOf(StoreException.class).hasMessageContaining("127.0.0.1:1/postgres");
  }
}
