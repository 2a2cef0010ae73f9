package dev.raincheck.server.cli;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The query of a URL, built from what was given. */
final class Query {
  private final StringJoiner parameters = new StringJoiner("&", "?", "").setEmptyValue("");

  /** Leaves it out when there is no value. */
  Query add(String name, @Nullable String value) {
    if (value != null) parameters.add(name + "=" + Api.encoded(value));
    return this;
  }

  @Override
  public String toString() {
    return parameters.toString();
  }
}
