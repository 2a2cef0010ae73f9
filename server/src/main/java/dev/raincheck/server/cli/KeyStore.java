package dev.raincheck.server.cli;

import dev.raincheck.server.config.ServerConfig;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The API keys of a running server or, when none runs and nobody named one, of the store that the
 * configuration names.
 */
final class KeyStore {
  private static final String PATH = "/v1/admin/keys";

  /** Revoked keys are listed too, so there may be more than can be in use. */
  private static final int PAGES_MAX = 10_000;

  private final Cli cli;
  private final @Nullable Path configFile;

  KeyStore(Cli cli, @Nullable Path configFile) {
    this.cli = cli;
    this.configFile = configFile;
  }

  byte[] create(byte[] request) throws Exception {
    return either(
        api ->
            api.call(
                    "POST",
                    PATH,
                    Map.of("Content-Type", "application/json"),
                    BodyPublishers.ofByteArray(request))
                .body(),
        config -> cli.offlineKeys().create(config, request));
  }

  /** All of them on one page, however many pages the server makes of them. */
  JsonNode list() throws Exception {
    return either(KeyStore::everyPage, config -> Json.parse(cli.offlineKeys().list(config)));
  }

  private static JsonNode everyPage(Api api) {
    var whole = Json.MAPPER.createObjectNode();
    var data = whole.putArray("data");
    whole.put("has_more", false).putNull("next_cursor");
    @Nullable String cursor = null;
    for (int pages = 0; pages < PAGES_MAX; pages++) {
      var query = new Query().add("limit", "100").add("cursor", cursor);
      var page = Json.parse(api.get(PATH + query).body());
      Json.data(page).forEach(data::add);
      cursor = Json.text(page, "next_cursor").orElse(null);
      if (cursor == null) return whole;
    }
    throw new Failure(ExitCode.UNREACHABLE, "the list of keys does not end; is the URL right?");
  }

  /** False when there is no such key. */
  boolean revoke(String id) throws Exception {
    return either(
        api -> {
          var path = PATH + "/" + Api.encoded(id);
          var answer = api.send("DELETE", path, Map.of(), BodyPublishers.noBody());
          if (!answer.isSuccess() && answer.status() != 404) throw Problems.failure(answer);
          return answer.isSuccess();
        },
        config -> cli.offlineKeys().revoke(config, id));
  }

  private interface Asked<A, T> {
    T of(A whom) throws Exception;
  }

  private <T> T either(Asked<Api, T> online, Asked<ServerConfig, T> offline) throws Exception {
    try (var api = cli.adminApi()) {
      return online.of(api);
    } catch (Failure failure) {
      var config = failure.exitCode() == ExitCode.UNREACHABLE ? config() : NO_CONFIG;
      if (config.isEmpty()) throw failure;
      cli.terminal().note("no server runs here, so the store itself is used");
      return stored(offline, config.get());
    }
  }

  private static final Optional<ServerConfig> NO_CONFIG = Optional.empty();

  private static <T> T stored(Asked<ServerConfig, T> offline, ServerConfig config)
      throws Exception {
    try {
      return offline.of(config);
    } catch (Failure failure) {
      throw failure;
    } catch (Exception refused) {
      throw new Failure(ExitCode.REFUSED, String.valueOf(refused.getMessage()));
    }
  }

  private Optional<ServerConfig> config() {
    boolean here = configFile != null || Files.exists(Path.of("raincheck.yaml"));
    return cli.isAdminUrlGiven() || !here
        ? NO_CONFIG
        : Optional.of(Configured.load(configFile, cli.environment()));
  }
}
