package dev.raincheck.server.operation;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Types;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.BodyContent;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What requests that create operations are refused for before their body is looked into. */
final class SubmitChecks {
  static final List<String> JSON_ONLY = List.of(MediaTypes.JSON);

  private static final String SCOPE = "operations:submit";

  /** What an envelope may say beside the input: 50 pairs of metadata in escapes, and some more. */
  private static final int ENVELOPE_EXTRA_BYTES = 256 << 10;

  private SubmitChecks() {}

  /** The longest input that any type takes. */
  static long inputBytesMax(Types types) {
    return types.all().stream()
        .filter(type -> !type.isReserved())
        .mapToLong(OperationType::inputMax)
        .max()
        .orElse(Route.BODY_BYTES_MAX);
  }

  /** An envelope is read as a whole, so it is never longer than what is held in memory, and some more. */
  static int envelopeBytesMax(Types types, int memoryMax) {
    return (int) Math.min(inputBytesMax(types), memoryMax) + ENVELOPE_EXTRA_BYTES;
  }

  /** A body needs a media type that is accepted; without a body there is none to look at. */
  static void refuseMediaType(Request request, List<String> accepts, long bytesMax) {
    if (!request.hasBody()) return;
    var contentType = request.contentType().orElse("").strip();
    if (contentType.isEmpty()) {
      // Chunks may hold nothing, and nothing needs no media type.
      boolean nothing = request.header(HeaderNames.CONTENT_LENGTH).isEmpty()
          && request.content(0, bytesMax) instanceof BodyContent.Whole;
      if (nothing) return;
      throw unsupported("Say what the body is in Content-Type.", accepts);
    }
    var essence = MediaTypes.essence(contentType);
    if (!MediaTypes.isValid(essence) || !MediaTypes.isAccepted(essence, accepts)) {
      throw unsupported("Send %s.".formatted(String.join(" or ", accepts)), accepts);
    }
    if (MediaTypes.isJson(essence) && !MediaTypes.isUtf8(contentType)) {
      throw unsupported("JSON is sent in UTF-8; leave the charset out.", accepts);
    }
  }

  private static RefusedException unsupported(String detail, List<String> accepts) {
    return Refusal.ofHeader(
            ProblemCode.UNSUPPORTED_MEDIA_TYPE, HeaderNames.CONTENT_TYPE, detail)
        .header(HeaderNames.ACCEPT_POST, String.join(", ", accepts))
        .asException();
  }

  static void refuseWithoutAnyScope(Principal who) {
    if (!who.allows(SCOPE)) throw insufficient(SCOPE);
  }

  static void refuseWithoutScope(Principal who, String type) {
    var scope = SCOPE + ":" + type;
    if (!who.allows(scope)) throw insufficient(OperationType.isName(type) ? scope : SCOPE);
  }

  static void refuseWithout(String scope, Principal who) {
    if (!who.allows(scope)) throw insufficient(scope);
  }

  private static RefusedException insufficient(String scope) {
    return new RefusedException(
        ProblemCode.INSUFFICIENT_SCOPE, "The credential lacks the scope %s.".formatted(scope));
  }

  static RefusedException noSuchType(String name, @Nullable String pointer) {
    var detail =
        OperationType.isName(name)
            ? "There is no operation type %s; GET /v1/operation-types lists them.".formatted(name)
            : "This is no name of an operation type; GET /v1/operation-types lists them.";
    var code = ProblemCode.OPERATION_TYPE_NOT_FOUND;
    var refusal = Refusal.of(code, detail);
    return pointer == null
        ? refusal.asException()
        : refusal.because(Problem.Error.atPointer(pointer, code.code(), detail)).asException();
  }

  static void refuseWithoutKey(OperationType type, SubmitHeaders headers) {
    if (!type.idempotency().required() || headers.key() != null) return;
    throw Refusal.ofHeader(
            ProblemCode.IDEMPOTENCY_KEY_REQUIRED,
            HeaderNames.IDEMPOTENCY_KEY,
            "Operations of type %s need an Idempotency-Key.".formatted(type.name()))
        .asException();
  }
}
