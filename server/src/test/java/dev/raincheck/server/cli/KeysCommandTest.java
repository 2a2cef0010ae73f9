package dev.raincheck.server.cli;

import static dev.raincheck.server.cli.Documents.JSON;
import static dev.raincheck.server.cli.Documents.PROBLEM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
  private static final String CREATED =
      """
      {"id":"key_1","name":"ci","tenant":"default","scopes":["operations:read"],\
      "expires_at":"2027-01-01T00:00:00.000Z","secret":"rk_abc"}\
      """;

  private final ScriptedServer server = new ScriptedServer();
  private final Shell shell = new Shell(server.url());

  @TempDir Path folder;

  @AfterEach
  void the_whole_script_was_played() {
    assertThat(server.left()).isZero();
    server.close();
  }

  @Test
  void create_shows_the_secret_once() {
    server.then(201, CREATED, JSON);

    int code =
        shell.run(
            "keys",
            "create",
            "--name",
            "ci",
            "--tenant",
            "default",
            "--scope",
            "operations:read",
            "--expires-at",
            "2027-01-01T00:00:00Z");

    assertThat(code).isZero();
    assertThat(server.requests())
        .containsExactly(
            "POST /v1/admin/keys | Content-type: application/json | {\"name\":\"ci\","
                + "\"tenant\":\"default\",\"scopes\":[\"operations:read\"],"
                + "\"expires_at\":\"2027-01-01T00:00:00Z\"}");
    assertThat(shell.out())
        .isEqualTo(
            """
            id      key_1
            tenant  default
            scopes  operations:read
            until   2027-01-01T00:00:00.000Z
            secret  rk_abc
            """);
  }

  @Test
  void create_without_scopes_asks_for_those_of_a_client() {
    server.then(201, CREATED, JSON);

    shell.run("keys", "create", "--name", "ci");

    assertThat(server.requests().getFirst())
        .endsWith("\"scopes\":[\"operations:submit\",\"operations:read\",\"operations:cancel\"]}");
  }

  @Test
  void list_is_a_table_without_secrets() {
    server.then(
        200,
        """
        {"data":[{"id":"key_1","name":"ci","tenant":"default","scopes":["operations:read"],
          "created_at":"2026-11-24T09:00:00.000Z","expires_at":null}]}\
        """,
        JSON);

    assertThat(shell.run("keys", "list")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            ID     NAME  TENANT   SCOPES           CREATED                   EXPIRES
            key_1  ci    default  operations:read  2026-11-24T09:00:00.000Z  never
            """);
  }

  @Test
  void list_follows_the_pages_to_the_last() {
    server
        .then(
            200,
            """
            {"data":[{"id":"b","name":"two"}],"has_more":true,"next_cursor":"b"}\
            """,
            JSON)
        .then(
            200,
            """
            {"data":[{"id":"a","name":"one","revoked_at":"2026-11-24T09:00:00.000Z"}],\
            "has_more":false,"next_cursor":null}\
            """,
            JSON);

    assertThat(shell.run("keys", "list")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            ID  NAME  TENANT  SCOPES  CREATED  EXPIRES
            b   two   ?               -        never
            a   one   ?               -        revoked
            """);
    assertThat(server.requests())
        .containsExactly(
            "GET /v1/admin/keys?limit=100", "GET /v1/admin/keys?limit=100&cursor=b");
  }

  @Test
  void list_as_json_is_one_page() {
    server
        .then(200, "{\"data\":[{\"id\":\"b\"}],\"has_more\":true,\"next_cursor\":\"b\"}", JSON)
        .then(200, "{\"data\":[{\"id\":\"a\"}],\"has_more\":false,\"next_cursor\":null}", JSON);

    assertThat(shell.run("keys", "list", "--json")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            "{\"data\":[{\"id\":\"b\"},{\"id\":\"a\"}],\"has_more\":false,\"next_cursor\":null}\n");
  }

  @Test
  void an_object_that_is_no_page_is_not_taken_for_an_empty_list() {
    server.then(200, "{\"ok\":true}", JSON);

    assertThat(shell.run("keys", "list")).isEqualTo(4);
  }

  @Test
  void an_answer_from_somebody_else_is_told_from_ours() {
    server.then(200, "<html>").then(200, "[]");

    assertThat(shell.run("keys", "list")).isEqualTo(4);
    assertThat(shell.run("keys", "create", "--name", "ci")).isEqualTo(4);
    assertThat(shell.err())
        .isEqualTo(
            "raincheck: the answer is not the JSON that Raincheck sends; is the URL right?\n");
  }

  @Test
  void revoke_tells_whether_there_was_such_a_key() {
    server.then(204, "").then(404, "{\"title\":\"Not found\"}", PROBLEM);

    assertThat(shell.run("keys", "revoke", "key_1")).isZero();
    assertThat(shell.out()).isEqualTo("revoked key_1\n");
    assertThat(shell.run("keys", "revoke", "key_2")).isEqualTo(3);
    assertThat(shell.err()).isEqualTo("raincheck: there is no key key_2\n");
    assertThat(server.requests())
        .containsExactly("DELETE /v1/admin/keys/key_1", "DELETE /v1/admin/keys/key_2");
  }

  @Test
  void without_a_server_the_store_of_the_configuration_is_used() throws IOException {
    server.close();
    shell.environment.remove("RAINCHECK_ADMIN_URL");
    shell.environment.put("RAINCHECK_ADMIN_URL", "");
    var config = Files.writeString(folder.resolve("c.yaml"), "store: sqlite:keys.db\n").toString();
    var stored = new Stored();
    shell.keys(stored);

    assertThat(shell.run("keys", "create", "--name", "ci", "-c", config)).isZero();
    assertThat(shell.out()).contains("secret  rk_abc\n");
    assertThat(shell.err()).startsWith("no server runs here, so the store itself is used\n");
    assertThat(shell.run("keys", "list", "-c", config)).isZero();
    assertThat(shell.run("keys", "revoke", "key_1", "-c", config)).isZero();
    assertThat(shell.run("keys", "revoke", "key_2", "-c", config)).isEqualTo(3);
    assertThat(stored.files).hasSize(4).containsOnly(folder.resolve("keys.db"));
  }

  @Test
  void a_server_that_was_named_is_never_replaced_by_a_local_store() throws IOException {
    server.close();
    var config = Files.writeString(folder.resolve("c.yaml"), "").toString();
    var stored = new Stored();

    assertThat(shell.keys(stored).run("keys", "list", "-c", config)).isEqualTo(4);

    assertThat(shell.err()).startsWith("raincheck: cannot reach " + server.url());
    assertThat(stored.files).isEmpty();
  }

  @Test
  void a_store_that_refuses_is_one_line() throws IOException {
    shell.environment.remove("RAINCHECK_ADMIN_URL");
    var config = Files.writeString(folder.resolve("c.yaml"), "").toString();

    assertThat(shell.run("keys", "list", "-c", config)).isEqualTo(3);

    assertThat(shell.err()).endsWith("raincheck: the store is in use\n");
  }

  private static final class Stored implements OfflineKeys {
    private final List<Path> files = new ArrayList<>();

    @Override
    public byte[] create(ServerConfig config, byte[] request) {
      opened(config);
      return CREATED.getBytes(UTF_8);
    }

    @Override
    public byte[] list(ServerConfig config) {
      opened(config);
      return "{\"data\":[]}".getBytes(UTF_8);
    }

    @Override
    public boolean revoke(ServerConfig config, String id) {
      opened(config);
      return id.equals("key_1");
    }

    private void opened(ServerConfig config) {
      files.add(((StoreConfig.Sqlite) config.store()).file());
    }
  }
}
