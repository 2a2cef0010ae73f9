import dev.raincheck.operation.OperationType;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.server.log.Logging;
import dev.raincheck.server.serve.Node;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A page that orders a report and watches it being made. Two servers in one program: Raincheck, which
 * does the work and keeps it, and a small web server, which has the page and the API key.
 *
 * <p>Environment: SITE_PORT (8090), RAINCHECK_PORT (8091), LIVE_REPORT_FOLDER (.run beside this file).
 */
public final class LiveReport {
  public static void main(String[] args) throws Exception {
    var home = Path.of(args[0]); // where this file lies
    var folder = Path.of(setting("LIVE_REPORT_FOLDER", home.resolve(".run").toString())).toAbsolutePath();
    Files.createDirectories(folder);
    int port = Integer.parseInt(setting("SITE_PORT", "8090"));

    var settings = Map.of("LIVE_REPORT_FOLDER", folder.toString());
    var config =
        switch (ConfigFile.read(home.resolve("raincheck.yaml"), name -> settings.getOrDefault(name, System.getenv(name)))) {
          case Loaded.Valid(var valid) -> valid;
          case Loaded.Invalid(var errors) -> throw new IllegalStateException(errors.toString());
        };
    Logging.configure(config.log(), System.err);

    var node = Node.start(config, List.of(MonthlyReport.type()), broken -> Runtime.getRuntime().halt(70));
    var raincheck = "http://" + config.listen();
    var site = new Site(port, home.resolve("page"), raincheck, key(node, folder.resolve("key")));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { site.close(); node.close(); }));
    site.start();
    System.out.printf("Open http://127.0.0.1:%d/ (Ctrl-C stops it)%n", port);
  }

  /** The web server's key. It is kept, because tickets live no longer than the key that made them. */
  private static String key(Node node, Path file) throws Exception {
    var keys = node.raincheck().keys();
    if (Files.exists(file)) {
      var kept = Files.readString(file).strip();
      if (keys.verify(kept) instanceof ApiKeys.Verdict.Known) return kept;
    }
    var scopes = Scopes.of(List.of("operations:submit:" + MonthlyReport.NAME, "operations:read", "operations:cancel"));
    if (!(keys.create("live-report", "default", scopes, null) instanceof ApiKeys.Creation.Created(var _, var secret))) {
      throw new IllegalStateException("no key could be made");
    }
    Files.deleteIfExists(file);
    Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, secret);
    return secret;
  }

  private static String setting(String name, String otherwise) {
    var value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
