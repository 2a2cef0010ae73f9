package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt under way on this node: what its handler sees, and what it has told and is not yet recorded. */
final class Attempt implements Context {
  /** Progress is durable at most this often, unless silence must not last as long. */
  private static final long REPORT_MILLIS = 1_000;

  /** How many signs of life a heartbeat's time-out has room for, so that one may be late. */
  private static final int SIGNS_OF_LIFE = 4;

  /** A chunk of log is recorded when it is this long, or at the next flush. */
  private static final int CHUNK_BYTES = 16 * 1024;

  /** The most log that an operation's attempt may leave; what comes after is dropped, and said so once. */
  private static final int LOG_BYTES_MAX = 1 << 20;

  private static final int OUTPUT_BYTES_MAX = 16 << 20;

  private final Operation operation;
  private final InstantSource clock;
  private final Consumer<Command.OfAttempt> ledger;
  private final Executor hooks;
  private final Supplier<ResultStream> streams;
  private final List<Runnable> onCancel = new ArrayList<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private @Nullable Progress untold;
  private boolean alive;
  private long reportedAt;
  private int logged;
  private int output;
  private boolean canceled;
  private boolean ended;
  private @Nullable Thread thread;

  /**
   * @param hooks runs what handlers want done on cancel, never on the ledger's thread
   * @param streams makes room for a long result
   */
  Attempt(
      Operation operation,
      InstantSource clock,
      Consumer<Command.OfAttempt> ledger,
      Executor hooks,
      Supplier<ResultStream> streams) {
    this.operation = operation;
    this.clock = clock;
    this.ledger = ledger;
    this.hooks = hooks;
    this.streams = streams;
  }

  // ---- what the handler calls

  @Override
  public synchronized void progress(Progress progress) {
    untold = progress;
    report();
  }

  @Override
  public synchronized void heartbeat() {
    alive = true;
    report();
  }

  @Override
  public synchronized void log(String level, String message, Map<String, String> fields) {
    if (ended || logged > LOG_BYTES_MAX) return;
    var line = LogLine.json(clock.instant(), level, message, fields);
    logged += line.length;
    if (logged > LOG_BYTES_MAX) line = LogLine.json(clock.instant(), "warn", "log is full; the rest is dropped", Map.of());
    log.writeBytes(line);
    if (log.size() >= CHUNK_BYTES) flushLog();
  }

  @Override
  public synchronized void output(byte[] bytes, String mediaType) {
    if (ended) return;
    output += bytes.length;
    if (output > OUTPUT_BYTES_MAX) {
      throw new IllegalStateException("partial output is at most " + OUTPUT_BYTES_MAX + " bytes an attempt");
    }
    flushLog();
    ledger.accept(
        new Command.Append(operation.id(), epoch(), Row.Chunk.Kind.OUTPUT, mediaType, bytes.clone()));
  }

  @Override
  public ResultStream stream() {
    return streams.get();
  }

  @Override
  public synchronized boolean canceled() {
    return canceled;
  }

  @Override
  public synchronized void onCancel(Runnable action) {
    if (canceled) hooks.execute(action);
    else onCancel.add(action);
  }

  // ---- what the dispatcher calls

  /** Records what was told since the last time. Called a few times a second, and before the end. */
  synchronized void flush() {
    report();
    flushLog();
  }

  /** What is still to be recorded before the end, at once; nothing is taken after it. */
  synchronized void finish() {
    if (ended) return;
    ended = true;
    if (untold != null) tell();
    flushLog();
  }

  /** Tells the handler to stop. */
  void cancel() {
    List<Runnable> actions;
    Thread running;
    synchronized (this) {
      if (canceled) return;
      canceled = true;
      actions = List.copyOf(onCancel);
      running = ended ? null : thread;
    }
    actions.forEach(hooks::execute);
    if (running != null) running.interrupt();
  }

  /** The thread that a blocking handler runs on, so that cancel can interrupt it. */
  synchronized void runsOn(@Nullable Thread current) {
    thread = current;
    if (current != null && canceled) current.interrupt();
  }

  synchronized @Nullable Thread thread() {
    return thread;
  }

  private void report() {
    if (ended || (untold == null && !alive)) return;
    if (clock.millis() - reportedAt < reportMillis()) return;
    tell();
  }

  private long reportMillis() {
    var silence = operation.submission().promise().heartbeatTimeout();
    return silence == null ? REPORT_MILLIS : Math.min(REPORT_MILLIS, silence.toMillis() / SIGNS_OF_LIFE);
  }

  private void tell() {
    reportedAt = clock.millis();
    ledger.accept(new Command.Report(operation.id(), epoch(), untold));
    untold = null;
    alive = false;
  }

  private void flushLog() {
    if (log.size() == 0) return;
    ledger.accept(
        new Command.Append(
            operation.id(), epoch(), Row.Chunk.Kind.LOG, "application/x-ndjson", log.toByteArray()));
    log.reset();
  }

  // ---- what never changes

  @Override
  public OperationId operationId() {
    return operation.id();
  }

  @Override
  public String type() {
    return operation.submission().type();
  }

  @Override
  public int attempt() {
    return operation.moment().attempt();
  }

  @Override
  public long epoch() {
    return operation.moment().epoch();
  }

  @Override
  public Instant deadline() {
    var endsAt = operation.state() instanceof State.Running running ? running.endsAt() : Instant.MAX;
    var whole = operation.deadlineAt();
    return whole != null && whole.isBefore(endsAt) ? whole : endsAt;
  }

  @Override
  public String correlationId() {
    return operation.correlationId();
  }

  @Override
  public Optional<String> causationId() {
    return Optional.ofNullable(operation.submission().causationId());
  }

  @Override
  public Optional<String> traceparent() {
    return Optional.ofNullable(operation.submission().traceparent());
  }

  @Override
  public Optional<String> idempotencyKey() {
    return Optional.ofNullable(operation.submission().idempotencyKey());
  }

  @Override
  public Map<String, String> metadata() {
    return operation.submission().metadata();
  }

  @Override
  public List<String> tags() {
    return operation.submission().tags();
  }

  @Override
  public Operation operation() {
    return operation;
  }
}
