package dev.raincheck.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration record was given values that it refuses. All of them are listed. */
public final class InvalidConfig extends IllegalArgumentException {
  /** One refused value: the key as in the file (without its section), the value, the reason. */
  public record Wrong(String key, String given, String reason) {
    @Override
    public String toString() {
      return "%s (%s) %s".formatted(key, given, reason);
    }
  }

  private final transient List<Wrong> wrong;

  InvalidConfig(List<Wrong> wrong) {
    super(wrong.stream().map(Wrong::toString).collect(Collectors.joining("; ")));
    this.wrong = List.copyOf(wrong);
  }

  public List<Wrong> wrong() {
    return wrong;
  }
}
