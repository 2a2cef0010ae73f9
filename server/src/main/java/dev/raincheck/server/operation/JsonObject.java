package dev.raincheck.server.operation;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Pointers;
import dev.raincheck.server.json.Reading;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The members of a JSON object that a route knows. A member that is {@code null} is as good as not
 * there, but for inputs.
 */
final class JsonObject {
  private final JsonNode root;

  private JsonObject(JsonNode root) {
    this.root = root;
  }

  /**
   * Reads a body that must be an object with no other members than these.
   *
   * @throws dev.raincheck.server.http.RefusedException 400
   */
  static JsonObject read(byte[] body, Set<String> known) {
    return switch (Json.read(body)) {
      case Reading.Broken(var why) -> throw Wrongs.unreadable(why);
      case Reading.Value(var root) -> {
        if (!root.isObject()) throw Wrongs.unreadable("#", "The body must be a JSON object.");
        refuseUnknown(root, known);
        yield new JsonObject(root);
      }
    };
  }

  private static void refuseUnknown(JsonNode root, Set<String> known) {
    var unknown = new ArrayList<Problem.Error>();
    for (var name : root.propertyNames()) {
      if (known.contains(name) || unknown.size() == Wrongs.ERRORS_MAX) continue;
      unknown.add(
          Problem.Error.atPointer(
              Pointers.child("#", shortened(name)), ProblemCode.UNKNOWN_FIELD.code(), "Not known here."));
    }
    if (unknown.isEmpty()) return;
    throw Refusal.of(
            ProblemCode.UNKNOWN_FIELD,
            "The body has members that are not known here; see errors. Send only those of the"
                + " documentation.")
        .because(unknown)
        .asException();
  }

  /** A name may be as long as the body; nobody needs all of it back. */
  private static String shortened(String name) {
    return name.length() <= 100 ? name : WellFormed.text(name.substring(0, 100)) + "…";
  }

  /** A member, {@code null} too. */
  Optional<JsonNode> findAny(String name) {
    return Optional.ofNullable(root.get(name));
  }

  Optional<String> findString(String name) {
    return find(name).map(node -> string(node, "#/" + name));
  }

  Optional<JsonNode> findObject(String name) {
    return find(name).map(node -> typed(node, node.isObject(), "#/" + name, "an object"));
  }

  Optional<JsonNode> findArray(String name) {
    return find(name).map(node -> typed(node, node.isArray(), "#/" + name, "an array"));
  }

  Optional<JsonNode> findNumber(String name) {
    return find(name).map(node -> typed(node, node.isNumber(), "#/" + name, "a number"));
  }

  private Optional<JsonNode> find(String name) {
    return findAny(name).filter(node -> !node.isNull());
  }

  /**
   * @throws dev.raincheck.server.http.RefusedException 400 if it is of another type
   */
  static String string(JsonNode node, String pointer) {
    return typed(node, node.isString(), pointer, "a string").stringValue();
  }

  private static JsonNode typed(JsonNode node, boolean right, String pointer, String what) {
    if (right) return node;
    throw Wrongs.unreadable(pointer, "%s must be %s.".formatted(pointer.substring(2), what));
  }
}
