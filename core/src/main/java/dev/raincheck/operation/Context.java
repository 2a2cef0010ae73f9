package dev.raincheck.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a handler knows of its attempt, and how it tells how far it has come. Safe for many threads. */
public interface Context {
  /** The same on every attempt: use it as the key of idempotency towards others. */
  OperationId operationId();

  String type();

  /** From 1. */
  int attempt();

  /** From 1, and higher at every dispatch: pass it on to what can refuse a stale writer. */
  long epoch();

  /** When this attempt times out. */
  Instant deadline();

  /** The business case. */
  String correlationId();

  Optional<String> causationId();

  /** The W3C trace context that the client sent. */
  Optional<String> traceparent();

  /** The client's key of idempotency. */
  Optional<String> idempotencyKey();

  Map<String, String> metadata();

  List<String> tags();

  /** How far the work has come. Cheap: the last value is recorded at most once a second. Also a sign of life. */
  void progress(Progress progress);

  /** A sign of life, for types with a heartbeat time-out. Recorded at most once a second. */
  void heartbeat();

  /**
   * A line for the operation's log.
   *
   * @param level such as {@code info}
   * @param fields more about it; may be empty
   */
  void log(String level, String message, Map<String, String> fields);

  /** A piece of the result, ahead of the end. */
  void output(byte[] bytes, String mediaType);

  /** A result too long for memory, to be written and returned. */
  ResultStream stream();

  /** Whether the attempt should stop: canceled, timed out, or no longer ours. */
  boolean canceled();

  /** Runs the action when {@link #canceled} becomes true; at once if it is. */
  void onCancel(Runnable action);

  /** The operation as it stood when the attempt began. */
  Operation operation();
}
