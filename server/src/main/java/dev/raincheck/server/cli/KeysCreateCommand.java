package dev.raincheck.server.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "create", description = "Creates an API key and shows its secret, once.")
final class KeysCreateCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(names = "--name", paramLabel = "NAME", required = true, description = "whose key it is")
  private String name = "";

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "default",
      description = "whose operations it sees (default)")
  private String tenant = "";

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      split = ",",
      description =
          "operations:submit, operations:submit:TYPE, operations:read, operations:cancel, admin;"
              + " may be repeated (submit, read and cancel)")
  private List<String> scopes = new ArrayList<>();

  @Option(names = "--expires-at", paramLabel = "TIME", description = "as 2027-01-31T00:00:00Z")
  private @Nullable String expiresAt;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "names the store when no server runs (raincheck.yaml)")
  private @Nullable Path config;

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  KeysCreateCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    var request = new LinkedHashMap<String, Object>();
    request.put("name", name);
    request.put("tenant", tenant);
    request.put(
        "scopes",
        scopes.isEmpty()
            ? List.of("operations:submit", "operations:read", "operations:cancel")
            : scopes);
    if (expiresAt != null) request.put("expires_at", expiresAt);

    var terminal = cli.terminal();
    byte[] created = new KeyStore(cli, config).create(Json.MAPPER.writeValueAsBytes(request));
    if (json) {
      terminal.text(new String(created, StandardCharsets.UTF_8).strip());
      return ExitCode.OK;
    }
    var key = Json.parse(created);
    terminal.line("id      " + Json.text(key, "id").orElse("?"));
    terminal.line("tenant  " + Json.text(key, "tenant").orElse("?"));
    terminal.line("scopes  " + Json.joined(key, "scopes"));
    Json.text(key, "expires_at").ifPresent(at -> terminal.line("until   " + at));
    terminal.line("secret  " + Json.text(key, "secret").orElse("?"));
    terminal.note("The secret is shown only now. Clients send it as `Authorization: Bearer …`.");
    return ExitCode.OK;
  }
}
