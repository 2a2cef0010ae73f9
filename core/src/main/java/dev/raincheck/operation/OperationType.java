package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Promise;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked for, by whom it is performed, and what is promised about it: the card.
 *
 * @param name lower case, dotted, at most 100 characters
 * @param queue where its operations wait; by default named as the type
 * @param slots how many attempts of the queue this node runs at a time, 1 to 10,000
 * @param clusterSlots how many attempts of the queue run at a time on all nodes together, 1 to 10,000, or
 *     {@link Command.Claim#NO_LIMIT}
 * @param priority 0 (first) to 9
 * @param depthMax how many operations may wait in the queue before new ones are refused
 * @param accepts media types of the input; {@code application/json} also stands for {@code +json}
 * @param inputMax bytes; a long one comes from the blob store
 * @param answerTimeout how long a target may take to answer; for others the attempt's time-out
 */
public record OperationType(
    String name,
    String description,
    Handler handler,
    Promise promise,
    String queue,
    int slots,
    int clusterSlots,
    Threads threads,
    int priority,
    int depthMax,
    List<String> accepts,
    long inputMax,
    Duration answerTimeout,
    Idempotency idempotency,
    Schemas schemas) {

  /** Names that would read as something else in a URL. */
  private static final List<String> TAKEN = List.of("cancel", "bulk");

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");
  private static final String RESERVED_PREFIX = "raincheck.";
  private static final int NAME_MAX = 100;
  private static final int SLOTS_MAX = 10_000;

  /** On which threads a blocking handler runs. */
  public enum Threads {
    /** One platform thread for each slot: a busy handler disturbs nobody. */
    PLATFORM,
    /** For thousands of handlers that wait; one that computes holds up the others. */
    VIRTUAL
  }

  /**
   * @param required whether a submit without a key is refused
   * @param fingerprint what of the body tells two requests apart
   */
  public record Idempotency(boolean required, Fingerprint fingerprint) {
    /** What of a body is compared when a key comes again. */
    public enum Fingerprint {
      /** Its bytes. */
      RAW,
      /** The JSON value, by RFC 8785. */
      JCS,
      /** Nothing. */
      NONE
    }
  }

  /** JSON Schemas as JSON text, or null. */
  public record Schemas(@Nullable String input, @Nullable String output, @Nullable String progress) {
    public static final Schemas NONE = new Schemas(null, null, null);
  }

  public OperationType {
    if (!isName(name) && !name.startsWith(RESERVED_PREFIX)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name for an operation type; use lower case such as report.generate");
    }
    if (slots < 1 || slots > SLOTS_MAX) {
      throw new IllegalArgumentException("a type has 1 to " + SLOTS_MAX + " slots, not " + slots);
    }
    if (clusterSlots < 1 || (clusterSlots > SLOTS_MAX && clusterSlots != Command.Claim.NO_LIMIT)) {
      throw new IllegalArgumentException(
          "a queue has 1 to " + SLOTS_MAX + " slots in its cluster, or no limit there, not " + clusterSlots);
    }
    if (priority < 0 || priority > 9) {
      throw new IllegalArgumentException("a priority is 0 to 9, not " + priority);
    }
    accepts = List.copyOf(accepts);
  }

  /** Whether the text may name a type that users declare. */
  public static boolean isName(String text) {
    return text.length() <= NAME_MAX
        && NAME.matcher(text).matches()
        && !TAKEN.contains(text)
        && !text.startsWith(RESERVED_PREFIX);
  }

  /** Whether it is the system's own: listed among operations, not among types, and not to be submitted. */
  public boolean isReserved() {
    return name.startsWith(RESERVED_PREFIX);
  }

  /** A type with every default, performed by a handler that returns when it is done. */
  public static OperationType of(String name, Handler.Blocking handler) {
    return defaults(name, handler);
  }

  /** A type with every default, performed by a handler that returns a stage. */
  public static OperationType staged(String name, Handler.Staged handler) {
    return defaults(name, handler);
  }

  private static OperationType defaults(String name, Handler handler) {
    return new OperationType(
        name, "", handler, Promise.DEFAULT, name, 8, Command.Claim.NO_LIMIT, Threads.PLATFORM, 5, 2_000_000,
        List.of("application/json"), 1 << 20, Promise.DEFAULT.attemptTimeout(), new Idempotency(false, Idempotency.Fingerprint.RAW), Schemas.NONE);
  }

  public OperationType promising(Promise newPromise) {
    return new OperationType(
        name, description, handler, newPromise, queue, slots, clusterSlots, threads, priority, depthMax, accepts, inputMax,
        answerTimeout, idempotency, schemas);
  }

  public OperationType withSlots(int newSlots) {
    return new OperationType(
        name, description, handler, promise, queue, newSlots, clusterSlots, threads, priority, depthMax, accepts, inputMax,
        answerTimeout, idempotency, schemas);
  }

  /** With so many attempts of its queue at a time on all nodes together, which must all say so. */
  public OperationType withClusterSlots(int newSlots) {
    return new OperationType(
        name, description, handler, promise, queue, slots, newSlots, threads, priority, depthMax, accepts, inputMax,
        answerTimeout, idempotency, schemas);
  }

  public OperationType on(Threads newThreads) {
    return new OperationType(
        name, description, handler, promise, queue, slots, clusterSlots, newThreads, priority, depthMax, accepts, inputMax,
        answerTimeout, idempotency, schemas);
  }

  /** With so many that may wait before new ones are refused. */
  public OperationType deep(int newDepthMax) {
    return new OperationType(
        name, description, handler, promise, queue, slots, clusterSlots, threads, priority, newDepthMax, accepts, inputMax,
        answerTimeout, idempotency, schemas);
  }

  public OperationType accepting(List<String> mediaTypes) {
    return new OperationType(
        name, description, handler, promise, queue, slots, clusterSlots, threads, priority, depthMax, mediaTypes, inputMax,
        answerTimeout, idempotency, schemas);
  }

  /** @param newDescription a sentence or two for the card */
  public OperationType describedAs(String newDescription) {
    return new OperationType(
        name, newDescription, handler, promise, queue, slots, clusterSlots, threads, priority, depthMax, accepts, inputMax,
        answerTimeout, idempotency, schemas);
  }

  public OperationType withInputMax(long bytes) {
    return new OperationType(
        name, description, handler, promise, queue, slots, clusterSlots, threads, priority, depthMax, accepts, bytes,
        answerTimeout, idempotency, schemas);
  }
}
