package dev.raincheck.server.operation;

import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An input that came as the member {@code input} of a JSON body: of an envelope, or of a retry. */
final class EnvelopeInput {
  private static final String POINTER = "#/input";

  private EnvelopeInput() {}

  /**
   * The input, as large as its type allows; null without one.
   *
   * @param wrongs is told if the type takes no JSON, or if its schema wants other JSON
   * @throws dev.raincheck.server.http.RefusedException 413
   */
  static @Nullable Input of(
      OperationType type,
      @Nullable JsonNode tree,
      byte @Nullable [] bytes,
      InputSchemas schemas,
      Wrongs wrongs) {
    if (bytes != null && bytes.length > type.inputMax()) throw tooLarge(type);
    if (bytes != null && !MediaTypes.isAccepted(MediaTypes.JSON, type.accepts())) {
      wrongs.at(
          POINTER,
          "This type takes no JSON; POST %s to its own URL."
              .formatted(String.join(" or ", type.accepts())));
    }
    schemas.validate(type.name(), tree, POINTER, wrongs);
    return bytes == null ? null : new Input(bytes, MediaTypes.JSON);
  }

  private static RuntimeException tooLarge(OperationType type) {
    var code = ProblemCode.PAYLOAD_TOO_LARGE;
    var detail = "An input of this type has at most %,d bytes.".formatted(type.inputMax());
    return Refusal.of(code, detail)
        .because(Problem.Error.atPointer(POINTER, code.code(), detail))
        .asException();
  }
}
