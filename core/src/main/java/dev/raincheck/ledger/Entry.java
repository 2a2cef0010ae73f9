package dev.raincheck.ledger;

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
  /** The stream of a tenant's operations. */
  public static String operations(int tenant) {
    return tenant + ":operations";
  }
}
