package dev.raincheck.server.config;

import java.util.Optional;

/** JSON Schemas (2020-12 unless they say otherwise) of a type, each as JSON text. */
public record Schemas(Optional<String> input, Optional<String> output, Optional<String> progress) {
  public static final Schemas NONE =
      new Schemas(Optional.empty(), Optional.empty(), Optional.empty());
}
