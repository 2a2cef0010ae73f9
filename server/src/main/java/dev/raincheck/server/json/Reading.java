package dev.raincheck.server.json;

import tools.jackson.databind.JsonNode;

/** What became of bytes that should be JSON. */
public sealed interface Reading {
  /** The value. Numbers are exact; an object has its members in the order sent. */
  record Value(JsonNode root) implements Reading {}

  record Broken(BadJson why) implements Reading {}
}
