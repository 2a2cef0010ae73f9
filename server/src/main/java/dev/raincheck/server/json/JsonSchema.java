package dev.raincheck.server.json;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema (2020-12 unless it says otherwise), compiled once. Nothing is ever fetched: a
 * reference leads to the schema itself. Safe for use by several threads.
 */
public final class JsonSchema {
  private static final int DETAIL_CHARS_MAX = 500;

  private final Schema schema;

  private JsonSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * What is wrong with a value.
   *
   * @param pointer to the member that is wrong, missing or one too many, from the value on
   */
  public record Wrong(String pointer, String detail) {}

  /**
   * @throws IllegalArgumentException if the text is no schema; the message says why, in one line
   */
  public static JsonSchema compile(String text) {
    try {
      var schema = registry().getSchema(text);
      schema.initializeValidators(); // Else patterns and references are looked at when first used.
      return new JsonSchema(schema);
    } catch (RuntimeException wrong) {
      throw new IllegalArgumentException(reason(wrong), wrong);
    }
  }

  private static SchemaRegistry registry() {
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        builder ->
            builder.schemaRegistryConfig(
                SchemaRegistryConfig.builder()
                    .pathType(PathType.JSON_POINTER)
                    .locale(Locale.ROOT)
                    .build()));
  }

  private static String reason(RuntimeException wrong) {
    var message =
        wrong instanceof JacksonException json ? json.getOriginalMessage() : wrong.getMessage();
    var line = String.valueOf(message).lines().findFirst().orElse("").strip();
    return line.replace(PatternSyntaxException.class.getName(), "a pattern")
        .replace(FileNotFoundException.class.getName(), "nothing is fetched");
  }

  /**
   * What is wrong with a value; empty if nothing is.
   *
   * @param at the pointer to the value
   */
  public List<Wrong> validate(JsonNode value, String at) {
    try {
      var wrongs = new ArrayList<Wrong>();
      for (var error : schema.validate(value)) wrongs.add(new Wrong(pointer(at, error), detail(error)));
      return wrongs;
    } catch (ValidationLimitExceededException tooMuch) {
      return List.of(new Wrong(at, "This takes too long to be compared with the schema."));
    } catch (JacksonException | ArithmeticException beyond) {
      // Some keywords compare numbers as 64-bit ones, and give up on others.
      return List.of(new Wrong(at, "A number in it is too large to be compared with the schema."));
    } catch (StackOverflowError tooDeep) {
      // The pattern of a schema can need a frame for each character of a text.
      return List.of(new Wrong(at, "A text in it is too long to be compared with the schema."));
    }
  }

  private static String pointer(String at, Error error) {
    var path = error.getInstanceLocation();
    var pointer = at;
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer = Pointers.child(pointer, String.valueOf(path.getElement(i)));
    }
    // The member that is missing or one too many, rather than the object around it.
    @Nullable String member = error.getProperty();
    return member == null ? pointer : Pointers.child(pointer, member);
  }

  private static String detail(Error error) {
    var message = error.getMessage();
    return message.length() <= DETAIL_CHARS_MAX
        ? message
        : message.substring(0, DETAIL_CHARS_MAX) + "…";
  }
}
