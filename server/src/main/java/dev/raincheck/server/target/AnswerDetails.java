package dev.raincheck.server.target;

import dev.raincheck.server.egress.EgressAnswer.Answered;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What may be told of an answer that we did not want: its problem document, or a short excerpt. */
final class AnswerDetails {
  private static final int EXCERPT_MAX = 500;

  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}");

  /** Controls, format characters (bidi overrides among them) and line separators. */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+");

  private AnswerDetails() {}

  /** Text on one line, cut after some hundred characters, without what could mislead its reader. */
  static String safe(String text) {
    String clean = UNSAFE.matcher(text).replaceAll(" ").strip();
    if (clean.codePointCount(0, clean.length()) <= EXCERPT_MAX) return clean;
    return clean.substring(0, clean.offsetByCodePoints(0, EXCERPT_MAX)) + "…";
  }

  /** A JSON object. */
  static String of(Answered answer) {
    String mediaType = mediaType(answer.header("content-type").orElse(""));
    return problem(answer, mediaType).orElseGet(() -> excerpt(answer, mediaType)).toString();
  }

  private static Optional<JsonNode> problem(Answered answer, String mediaType) {
    if (!mediaType.equals("application/problem+json") || answer.cut()) return Optional.empty();
    return switch (Json.read(answer.body())) {
      case Reading.Value(var root) -> Optional.of(root).filter(JsonNode::isObject);
      case Reading.Broken _ -> Optional.empty();
    };
  }

  private static ObjectNode excerpt(Answered answer, String mediaType) {
    ObjectNode details = JsonNodeFactory.instance.objectNode().put("status", answer.status());
    if (!mediaType.isEmpty()) details.put("content_type", mediaType);
    if (isText(mediaType)) {
      String text = safe(new String(answer.body(), StandardCharsets.UTF_8));
      if (!text.isEmpty()) details.put("excerpt", text);
    }
    return details;
  }

  /** Type and subtype in lower case, or nothing if they are not what they should be. */
  static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    type = type.toLowerCase(Locale.ROOT);
    return MEDIA_TYPE.matcher(type).matches() ? type : "";
  }

  private static boolean isText(String mediaType) {
    return mediaType.startsWith("text/")
        || mediaType.equals("application/json")
        || mediaType.equals("application/xml")
        || mediaType.endsWith("+json")
        || mediaType.endsWith("+xml");
  }
}
