package dev.raincheck.testkit;

import dev.raincheck.ledger.OperationId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows as text, bytes included: two rows are the same exactly when their text is. (A record that
 * holds an array is not equal to its copy.)
 */
public final class Dump {
  /** Asking a class for its components makes copies each time. */
  private static final ClassValue<RecordComponent[]> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
          return type.getRecordComponents();
        }
      };

  private Dump() {}

  /**
   * A record, a collection of records, or anything inside of them, in one line; sets in the order
   * of their text.
   */
  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case byte[] bytes -> "0x" + HexFormat.of().formatHex(bytes);
      case Record record -> fields(record);
      case Set<?> set ->
          set.stream().map(Dump::of).sorted().collect(Collectors.joining(", ", "{", "}"));
      case Collection<?> all ->
          all.stream().map(Dump::of).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> of(entry.getKey()) + ": " + of(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case Optional<?> maybe -> of(maybe.orElse(null));
      default -> value.toString();
    };
  }

  /** One line for each, in the order given. */
  public static String lines(Collection<?> values) {
    return values.stream().map(Dump::of).collect(Collectors.joining("\n"));
  }

  private static String fields(Record record) {
    // An id's text says more than its two halves do.
    if (record instanceof OperationId id) return id.text();
    List<String> fields = new ArrayList<>();
    for (var component : COMPONENTS.get(record.getClass())) {
      try {
        fields.add(component.getName() + "=" + of(component.getAccessor().invoke(record)));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalArgumentException("a %s cannot be shown".formatted(record.getClass()), e);
      }
    }
    return record.getClass().getSimpleName() + "(" + String.join(", ", fields) + ")";
  }
}
