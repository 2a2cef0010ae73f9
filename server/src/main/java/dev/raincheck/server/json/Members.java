package dev.raincheck.server.json;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The members of an object that a request sends, read strictly. What is wrong is collected, so that
 * one answer can tell all of it: unknown members and wrong types are a 400, everything else a 422.
 */
public final class Members {
  /** A body of nothing but mistakes is told some of them. */
  private static final int ERRORS_MAX = 20;

  private final JsonNode object;
  private final List<Problem.Error> unreadable = new ArrayList<>();
  private final List<Problem.Error> invalid = new ArrayList<>();
  private ProblemCode unreadableCode = ProblemCode.INVALID_REQUEST;

  private Members(JsonNode object) {
    this.object = object;
  }

  /**
   * @param known the names that there may be
   * @throws RefusedException 400 if it is no object
   */
  public static Members of(JsonNode root, Set<String> known) {
    var members = new Members(root);
    if (!root.isObject()) {
      members.unreadable("#", "Send a JSON object.");
      members.refuseIfWrong();
    }
    for (var name : root.propertyNames()) {
      if (!known.contains(name)) members.unknown(name);
    }
    return members;
  }

  /** A string that must be there; empty, and noted as wrong, if it is not. */
  public String text(String name) {
    var value = object.get(name);
    if (value == null) wrong(pointer(name), "Give the member '%s', a string.".formatted(name));
    return value == null ? "" : text(pointer(name), value);
  }

  /** A string that may be missing or null. */
  public Optional<String> optionalText(String name) {
    var value = object.get(name);
    return value == null || value.isNull()
        ? Optional.empty()
        : Optional.of(text(pointer(name), value));
  }

  /** A boolean that may be missing or null. */
  public Optional<Boolean> optionalTruth(String name) {
    var value = object.get(name);
    if (value == null || value.isNull()) return Optional.empty();
    if (value.isBoolean()) return Optional.of(value.booleanValue());
    unreadable(pointer(name), "Make this true or false.");
    return Optional.empty();
  }

  /** Strings that must be there, at least one and at most so many. */
  public List<String> texts(String name, int max) {
    var value = object.get(name);
    if (value == null) {
      wrong(pointer(name), "Give the member '%s', an array of strings.".formatted(name));
      return List.of();
    }
    if (!value.isArray()) {
      unreadable(pointer(name), "Make this an array of strings.");
      return List.of();
    }
    var texts = new ArrayList<String>();
    for (var element : value) texts.add(text(pointer(name) + "/" + texts.size(), element));
    if (texts.isEmpty() || texts.size() > max) {
      wrong(pointer(name), "Give 1 to %d of them.".formatted(max));
    }
    return texts;
  }

  /** Notes that a value was understood and is refused. */
  public void wrong(String pointer, String detail) {
    add(invalid, pointer, ProblemCode.VALIDATION_FAILED, detail);
  }

  public static String pointer(String name) {
    return Pointers.child("#", name);
  }

  /**
   * @throws RefusedException if anything was wrong
   */
  public void refuseIfWrong() {
    if (!unreadable.isEmpty()) throw refusal(unreadableCode, unreadable);
    if (!invalid.isEmpty()) throw refusal(ProblemCode.VALIDATION_FAILED, invalid);
  }

  private String text(String pointer, JsonNode value) {
    if (value.isString()) return value.stringValue();
    unreadable(pointer, "Make this a string.");
    return "";
  }

  private void unknown(String name) {
    if (unreadable.isEmpty()) unreadableCode = ProblemCode.UNKNOWN_FIELD;
    var pointer = pointer(name);
    var told = pointer.length() > Pointers.LENGTH_MAX ? null : pointer;
    add(unreadable, told, ProblemCode.UNKNOWN_FIELD, "There is no such member here; leave it out.");
  }

  private void unreadable(String pointer, String detail) {
    add(unreadable, pointer, ProblemCode.INVALID_REQUEST, detail);
  }

  private static void add(
      List<Problem.Error> errors, @Nullable String pointer, ProblemCode code, String detail) {
    if (errors.size() >= ERRORS_MAX) return;
    errors.add(new Problem.Error(pointer, null, null, code.code(), detail));
  }

  private static RefusedException refusal(ProblemCode code, List<Problem.Error> errors) {
    var first = errors.getFirst();
    var detail =
        errors.size() > 1
            ? "Some members are wrong; each is told in errors."
            : "%s: %s"
                .formatted(first.pointer() == null ? "A member" : first.pointer(), first.detail());
    return Refusal.of(code, detail).because(errors).asException();
  }
}
