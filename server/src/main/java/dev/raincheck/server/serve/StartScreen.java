package dev.raincheck.server.serve;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Store;
import dev.raincheck.operation.OperationType;
import dev.raincheck.server.cli.Version;
import dev.raincheck.server.config.HostPort;
import dev.raincheck.server.config.ServerConfig;
import java.net.URI;
import java.util.List;

/** What a person sees when the server is up: where it is, where it keeps things, what a 202 promises. */
final class StartScreen {
  private static final String STRICT = "strict: what was accepted survives a power cut";
  private static final String RELAXED = "relaxed: the last accepted operations may be lost in a power cut";

  private StartScreen() {}

  static String of(
      ServerConfig config,
      URI url,
      HostPort at,
      Store.Description store,
      Raincheck raincheck,
      List<String> notes) {
    var types =
        raincheck.operations().types().all().stream()
            .filter(type -> !type.isReserved())
            .map(OperationType::name)
            .toList();
    var text = new StringBuilder(512);
    text.append("Raincheck ").append(Version.number()).append(System.lineSeparator());
    line(text, "url", url.toString());
    line(text, "listening", at.toString());
    line(text, "admin", config.adminListen().map(HostPort::toString).orElse("off"));
    line(text, "store", store.name() + " at " + store.location());
    line(text, "durability", store.strict() ? STRICT : RELAXED);
    for (var note : store.notes()) line(text, "", note);
    line(text, "types", types.isEmpty() ? "none: every submit will be refused" : String.join(", ", types));
    for (var note : notes) line(text, "note", note);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-11s %s%n".formatted(name, value));
  }
}
