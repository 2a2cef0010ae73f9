package dev.raincheck.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** What reading a configuration file came to. */
public sealed interface Loaded {
  record Valid(ServerConfig config) implements Loaded {}

  /** Everything that is wrong, in the order of the file; never empty. */
  record Invalid(List<ConfigError> errors) implements Loaded {
    public Invalid {
      errors = List.copyOf(errors);
    }

    /** One error per line. */
    @Override
    public String toString() {
      return errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n"));
    }
  }
}
