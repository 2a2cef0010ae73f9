package dev.raincheck.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Moment;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds operations for tests of stores, in any state, legal or not. What is not said is plain. */
public final class AnOperation {
  /** When operations of tests are created unless they say otherwise. */
  public static final Instant EPOCH = Instant.parse("2026-11-24T08:00:00Z");

  private final OperationId id;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<String> tags = new ArrayList<>();
  private final List<Moment> history = new ArrayList<>();
  private int tenant = 1;
  private String type = "mail";
  private @Nullable String queue;
  private @Nullable String lane;
  private int priority = 5;
  private long rank;
  private Instant createdAt = EPOCH;
  private @Nullable Instant startBy;
  private @Nullable Instant deadlineAt;
  private @Nullable Payload input;
  private @Nullable String correlationId;
  private @Nullable OperationId parent;
  private @Nullable OperationId retryOf;
  private @Nullable OperationId retriedAs;
  private @Nullable Progress progress;
  private Promise promise = Promise.DEFAULT;
  private State state = new State.Queued();
  private Instant at = EPOCH;
  private int version = 1;
  private int attempt;
  private long epoch;
  private @Nullable Instant startedAt;
  private @Nullable Failure lastError;
  private boolean resultGone;

  private AnOperation(OperationId id) {
    this.id = id;
  }

  /**
   * A queued operation of tenant 1 and type {@code mail}, without input, under {@link #id(int)}.
   */
  public static AnOperation numbered(int n) {
    return new AnOperation(id(n));
  }

  /** Ids of tests: they sort by number, and the upper half of it tells nothing. */
  public static OperationId id(int n) {
    return new OperationId(EPOCH.toEpochMilli() << 16, n);
  }

  /** This many bytes that are not all alike. */
  public static byte[] bytes(int size) {
    var bytes = new byte[size];
    for (int i = 0; i < size; i++) bytes[i] = (byte) (i * 31 + i / 256);
    return bytes;
  }

  public AnOperation tenant(int value) {
    tenant = value;
    return this;
  }

  public AnOperation type(String value) {
    type = value;
    return this;
  }

  /** By default named as the type. */
  public AnOperation queue(String value) {
    queue = value;
    return this;
  }

  public AnOperation lane(String value) {
    lane = value;
    return this;
  }

  public AnOperation priority(int value) {
    priority = value;
    return this;
  }

  public AnOperation rank(long value) {
    rank = value;
    return this;
  }

  public AnOperation createdAt(Instant value) {
    createdAt = value;
    return this;
  }

  public AnOperation startBy(Instant value) {
    startBy = value;
    return this;
  }

  public AnOperation deadlineAt(Instant value) {
    deadlineAt = value;
    return this;
  }

  public AnOperation input(byte[] bytes, String mediaType) {
    return input(new Payload.Inline(bytes, mediaType));
  }

  public AnOperation input(String json) {
    return input(json.getBytes(UTF_8), "application/json");
  }

  public AnOperation input(Payload value) {
    input = value;
    return this;
  }

  public AnOperation metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  public AnOperation tag(String value) {
    tags.add(value);
    return this;
  }

  public AnOperation correlationId(String value) {
    correlationId = value;
    return this;
  }

  public AnOperation parent(OperationId value) {
    parent = value;
    return this;
  }

  public AnOperation retryOf(OperationId value) {
    retryOf = value;
    return this;
  }

  public AnOperation retriedAs(OperationId value) {
    retriedAs = value;
    return this;
  }

  public AnOperation progress(Progress value) {
    progress = value;
    return this;
  }

  public AnOperation promise(Promise value) {
    promise = value;
    return this;
  }

  public AnOperation lastError(Failure value) {
    lastError = value;
    return this;
  }

  public AnOperation resultGone() {
    resultGone = true;
    return this;
  }

  /** What came before the last transition. */
  public AnOperation after(Moment earlier) {
    history.add(earlier);
    return this;
  }

  /** The last transition, and its number. */
  public AnOperation version(int value) {
    version = value;
    return this;
  }

  public AnOperation at(Instant value) {
    at = value;
    return this;
  }

  public AnOperation state(State value) {
    state = value;
    return this;
  }

  public AnOperation scheduled(Instant until) {
    return state(new State.Scheduled(until));
  }

  public AnOperation blocked(long turn) {
    return state(new State.Blocked(turn));
  }

  /** Under way, first attempt, until an hour after {@link #EPOCH}. */
  public AnOperation running(long owner) {
    attempt = 1;
    epoch = 1;
    startedAt = at;
    return state(new State.Running(owner, EPOCH.plusSeconds(3600), null));
  }

  public AnOperation succeeded(@Nullable Payload result) {
    return state(new State.Succeeded(result));
  }

  /** Attempts exhausted; {@code dead} marks it for attention. */
  public AnOperation failed(boolean dead) {
    return state(new State.Failed(FailureCode.TARGET_FAILED.because("503 from the target"), dead));
  }

  public AnOperation canceled() {
    return state(new State.Canceled(null));
  }

  public Operation build() {
    var asked =
        new Submission(
            tenant,
            type,
            queue != null ? queue : type,
            lane,
            1,
            priority,
            null,
            startBy,
            null,
            input,
            metadata,
            tags,
            correlationId,
            null,
            null,
            null,
            parent,
            retryOf,
            promise);
    var moment = new Moment(version, at, state, attempt, epoch, startedAt, lastError, false);
    return new Operation(
        id,
        asked,
        createdAt,
        deadlineAt,
        moment,
        List.copyOf(history),
        version,
        version,
        at,
        rank,
        progress,
        retriedAs,
        resultGone);
  }
}
