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
  private static final String PROGRESS = "operation.progress";
  private static final String OPERATIONS = ":operations";

  /** Streams of progress have names from here on, and before {@link #PROGRESS_TO}. */
  public static final String PROGRESS_FROM = "progress:";

  public static final String PROGRESS_TO = "progress;";

  /** The stream of a tenant's operations. */
  public static String operations(int tenant) {
    return tenant + OPERATIONS;
  }

  /**
   * Progress, on its way to whoever follows it at any node. It is state and not history: its stream is no
   * tenant's to read back, and is forgotten within minutes.
   */
  static Entry progress(Operation operation) {
    return new Entry(
        PROGRESS_FROM + operation.submission().tenant(), operation.id(), operation.version(), PROGRESS);
  }

  /** Whose operations' progress a stream tells; empty if it is about something else. */
  public static OptionalInt tenantOfProgress(String stream) {
    if (!stream.startsWith(PROGRESS_FROM)) return OptionalInt.empty();
    return OptionalInt.of(Integer.parseInt(stream, PROGRESS_FROM.length(), stream.length(), 10));
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
