package dev.raincheck.server.http;

import java.io.InputStream;

/** A request's body: short ones whole, long ones as they come. */
public sealed interface BodyContent {
  /** All of it, in memory. */
  @SuppressWarnings("ArrayRecordComponent")
  record Whole(byte[] bytes) implements BodyContent {}

  /**
   * Longer than what is held in memory. To be read on the request's thread, before it is answered;
   * reading blocks, and throws a {@link RefusedException} as {@link Request#body} does: 413 past the
   * limit, 408 if it comes too slowly, 400 if it breaks off.
   */
  record Streamed(InputStream stream) implements BodyContent {}
}
