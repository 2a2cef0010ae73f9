package dev.raincheck.server.egress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Where an answer with a result goes that is longer than what is held in memory.
 *
 * @param memoryMax bytes
 * @param place opened at most once; closed by the client unless the answer is whole, and else by whoever
 *     gets the answer
 */
public record Overflow(int memoryMax, Place place) {
  /** Opens a stream, on a thread that may block. */
  @FunctionalInterface
  public interface Place {
    OutputStream open() throws IOException;
  }
}
