package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.operation.Handler;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.OperationType.Idempotency;
import dev.raincheck.operation.OperationType.Idempotency.Fingerprint;
import dev.raincheck.operation.OperationType.Schemas;
import dev.raincheck.operation.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The operation types of golden files. */
final class GoldenTypes {
  private static final String PERSON =
      """
      {"type": "object", "required": ["name", "age"], "additionalProperties": false,
       "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0},
                      "a/b": {"type": "array", "items": {"type": "string"}}}}
      """;

  private GoldenTypes() {}

  static List<OperationType> all() {
    return List.of(
        // Gives back its input, or null.
        OperationType.of(
            "report.generate",
            (input, _) ->
                input.bytes().length == 0
                    ? Result.json("null")
                    : Result.bytes(input.bytes(), input.mediaType())),
        OperationType.staged("never.ends", (_, _) -> new CompletableFuture<>()),
        OperationType.of("nothing.much", (_, _) -> Result.none()),
        OperationType.of(
            "text.plain", (_, _) -> Result.bytes("héllo".getBytes(UTF_8), "text/plain; charset=utf-8")),
        OperationType.of("json.broken", (_, _) -> Result.bytes("{".getBytes(UTF_8), "application/json")),
        OperationType.of("fails", (_, _) -> Result.failed("x_no_paper", 422, "There is no paper left.")),
        OperationType.of("image.resize", (_, _) -> Result.none()).accepting(List.of("image/*", "text/csv")),
        with("person.create", Idempotency.Fingerprint.RAW, false, 1 << 20, PERSON),
        with("payment.send", Fingerprint.RAW, true, 1 << 20, null),
        with("note.jcs", Fingerprint.JCS, false, 1 << 20, null),
        with("note.any", Fingerprint.NONE, false, 1 << 20, null),
        with("note.tiny", Fingerprint.RAW, false, 16, null),
        OperationType.of("raincheck.internal", (_, _) -> Result.none()));
  }

  private static OperationType with(
      String name, Fingerprint fingerprint, boolean keyRequired, int inputMax, String schema) {
    Handler.Blocking nothing = (_, _) -> Result.none();
    var plain = OperationType.of(name, nothing);
    return new OperationType(
        plain.name(),
        plain.description(),
        plain.handler(),
        plain.promise(),
        plain.queue(),
        plain.slots(),
        plain.clusterSlots(),
        plain.threads(),
        plain.priority(),
        plain.depthMax(),
        plain.accepts(),
        inputMax,
        plain.answerTimeout(),
        new Idempotency(keyRequired, fingerprint),
        new Schemas(schema, null, null));
  }
}
