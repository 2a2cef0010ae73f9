package dev.raincheck.server.operation;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.json.BadJson;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Pointers;
import dev.raincheck.server.json.Reading;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A small JSON object that a client sent: its members are known and looked at one by one. */
final class BodyObject {
  private final JsonNode members;

  private BodyObject(JsonNode members) {
    this.members = members;
  }

  /**
   * @param bytes none stand for an object without members
   * @throws RefusedException 400 if they are no JSON object, or one with unknown members
   */
  static BodyObject read(byte[] bytes, Set<String> known) {
    if (bytes.length == 0) return new BodyObject(JsonNodeFactory.instance.objectNode());
    return switch (Json.read(bytes)) {
      case Reading.Broken(var why) -> throw broken(why);
      case Reading.Value(ObjectNode object) -> {
        refuseUnknown(object, known);
        yield new BodyObject(object);
      }
      case Reading.Value _ -> throw wrong("#", "The body must be a JSON object.");
    };
  }

  private static void refuseUnknown(ObjectNode object, Set<String> known) {
    var errors = new ArrayList<Problem.Error>();
    for (var name : object.propertyNames()) {
      if (known.contains(name)) continue;
      errors.add(
          Problem.Error.atPointer(
              at(name),
              ProblemCode.UNKNOWN_FIELD.code(),
              "There is no such member here."));
    }
    if (errors.isEmpty()) return;
    throw Refusal.of(
            ProblemCode.UNKNOWN_FIELD,
            "The body may have these members only: %s."
                .formatted(String.join(", ", known.stream().sorted().toList())))
        .because(errors)
        .asException();
  }

  /**
   * A string; empty if it is not there.
   *
   * @throws RefusedException 400 if it is anything else
   */
  Optional<String> string(String name) {
    var member = members.get(name);
    if (member == null) return Optional.empty();
    if (!member.isString()) throw wrong(at(name), "'%s' must be a string.".formatted(name));
    return Optional.of(member.stringValue());
  }

  /**
   * @throws RefusedException 400 if it is there and neither true nor false
   */
  Optional<Boolean> truth(String name) {
    var member = members.get(name);
    if (member == null) return Optional.empty();
    if (!member.isBoolean()) throw wrong(at(name), "'%s' must be true or false.".formatted(name));
    return Optional.of(member.booleanValue());
  }

  static String at(String name) {
    return Pointers.child("#", name);
  }

  private static RefusedException wrong(String pointer, String detail) {
    var code = ProblemCode.INVALID_REQUEST;
    return Refusal.of(code, detail)
        .because(Problem.Error.atPointer(pointer, code.code(), detail))
        .asException();
  }

  private static RefusedException broken(BadJson why) {
    var refusal = Refusal.of(ProblemCode.INVALID_REQUEST, why.detail());
    var pointer = why.pointer();
    if (pointer == null) return refusal.asException();
    return refusal
        .because(
            Problem.Error.atPointer(pointer, ProblemCode.INVALID_REQUEST.code(), why.detail()))
        .asException();
  }
}
