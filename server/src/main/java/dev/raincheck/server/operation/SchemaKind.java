package dev.raincheck.server.operation;

import dev.raincheck.operation.OperationType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of a type's schemas. */
enum SchemaKind {
  INPUT,
  OUTPUT,
  PROGRESS;

  /** As in URLs and names of members. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<SchemaKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }

  /** The JSON Schema's text, or null. */
  @Nullable String of(OperationType type) {
    var schemas = type.schemas();
    return switch (this) {
      case INPUT -> schemas.input();
      case OUTPUT -> schemas.output();
      case PROGRESS -> schemas.progress();
    };
  }
}
