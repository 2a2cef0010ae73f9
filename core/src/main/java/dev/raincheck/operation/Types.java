package dev.raincheck.operation;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The declared operation types, by name. */
public final class Types {
  private final Map<String, OperationType> byName = new LinkedHashMap<>();

  public Types(Collection<OperationType> types) {
    for (var type : types) {
      if (byName.put(type.name(), type) != null) {
        throw new IllegalArgumentException("the operation type '" + type.name() + "' is declared twice");
      }
    }
  }

  public Optional<OperationType> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** In the order of their declaration. */
  public Collection<OperationType> all() {
    return byName.values();
  }
}
