package dev.raincheck.chaos;

/**
 * What an observer saw. All are on one machine, so all times are nanoseconds of one monotonic clock.
 *
 * <p>{@code node} is the number of a node, or -1 for none.
 */
sealed interface Seen {
  /** When it began, which is how a history is told in order. */
  long began();

  /** A client asked for work. */
  record Submit(long began, long ended, int node, Work work, Answer answer) implements Seen {
    /** The client's own: its key of idempotency and its tag. */
    String name() {
      return work.name();
    }
  }

  /** A client read an operation, or changed it and was shown it. */
  record Read(long began, long ended, int node, Document document) implements Seen {}

  /** A client read an operation and was told that there is none. */
  record Missing(long began, long ended, int node, String id, int status) implements Seen {}

  /** A handler was called; {@code ok} is whether it answered with a result. */
  record Run(
      long began, long ended, int node, String id, String name, int attempt, long epoch, boolean ok)
      implements Seen {}

  /** A follower was told an event; {@code offset} is where the stream goes on after it. */
  record Told(long began, int node, int follower, Event event) implements Seen {}

  /** Something went wrong on purpose; {@code hard} if it may cost an attempt. */
  record Fault(long began, long ended, int node, String kind, boolean hard, String detail) implements Seen {}

  /** What a client knows after it asked for work. */
  sealed interface Answer {
    record Accepted(Document document) implements Answer {}

    /** The request created nothing and never will. */
    record Refused(int status, String code) implements Answer {}

    record Unknown(String why) implements Answer {}
  }
}
