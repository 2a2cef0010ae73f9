package dev.raincheck.server.json;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The body of a request to a route that takes JSON and nothing else. */
public final class JsonBody {
  private static final String MEDIA_TYPE = "application/json";
  private static final Pattern ACCEPTED =
      Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*(utf-8|\"utf-8\")\\s*)?");

  private JsonBody() {}

  /**
   * @throws RefusedException 415 if it is declared to be something else, 413 if it is too long, 400
   *     if it cannot be read
   */
  public static JsonNode read(Request request, int bytesMax) {
    var type = request.contentType().orElse("");
    if (!ACCEPTED.matcher(type.toLowerCase(Locale.ROOT)).matches()) {
      throw Refusal.ofHeader(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE,
              HeaderNames.CONTENT_TYPE,
              "Send JSON in UTF-8, with Content-Type: application/json.")
          .header(HeaderNames.ACCEPT_POST, MEDIA_TYPE)
          .asException();
    }
    return parse(request.body(bytesMax));
  }

  /**
   * @throws RefusedException 400 if it cannot be read
   */
  public static JsonNode parse(byte[] body) {
    return switch (Json.read(body)) {
      case Reading.Value(var root) -> root;
      case Reading.Broken(var why) -> throw refusal(why).asException();
    };
  }

  /** The 400 for a body that is no JSON. */
  public static Refusal refusal(BadJson why) {
    var refusal = Refusal.of(ProblemCode.INVALID_REQUEST, why.detail());
    if (why.pointer() == null) return refusal;
    return refusal.because(
        Problem.Error.atPointer(why.pointer(), ProblemCode.INVALID_REQUEST.code(), why.detail()));
  }
}
