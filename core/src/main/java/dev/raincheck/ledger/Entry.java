package dev.raincheck.ledger;

import java.util.OptionalInt;

/**
 * One line of the log: that an operation made a transition. A reader finds the rest in the operation's
 * own history, so that deleting an operation deletes what the log says of it.
 *
 * @param stream whose offsets number it, such as {@code 1:operations}: tenant and topic
 * @param operation what it is about
 * @param version the history entry
 * @param type the event's type, such as {@code operation.succeeded}
 */
public record Entry(String stream, OperationId operation, int version, String type) {
  static final String LOG = "operation.log";
  static final String OUTPUT = "operation.output";
  private static final String OPERATIONS = ":operations";

  /** The stream of a tenant's operations. */
  public static String operations(int tenant) {
    return tenant + OPERATIONS;
  }

  /** Whether it tells of a change of status, and not of a piece of log or output. */
  public boolean isTransition() {
    return !type.equals(LOG) && !type.equals(OUTPUT);
  }

  /** Whose operations a stream is about; empty if it is about something else. */
  public static OptionalInt tenantOf(String stream) {
    if (!stream.endsWith(OPERATIONS)) return OptionalInt.empty();
    return OptionalInt.of(Integer.parseInt(stream, 0, stream.length() - OPERATIONS.length(), 10));
  }
}
