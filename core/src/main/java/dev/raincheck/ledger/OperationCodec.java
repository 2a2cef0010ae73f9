package dev.raincheck.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How all stores write an operation: what was asked, which never changes and is written once, and its
 * life, which is written at each transition. Both begin with a format number, so that a row of another
 * version is recognised and can be set aside instead of misread.
 */
public final class OperationCodec {
  private static final int FORMAT = 1;

  private OperationCodec() {}

  /** The part that never changes. */
  public static byte[] asked(Operation operation) {
    var out = new Sink();
    var what = operation.submission();
    out.one(FORMAT);
    out.number(what.tenant());
    out.text(what.type());
    out.text(what.queue());
    out.maybe(what.lane(), Sink::text);
    out.number(what.laneLimit());
    out.number(what.priority());
    out.maybe(what.runAt(), Sink::instant);
    out.maybe(what.startBy(), Sink::instant);
    out.maybe(what.deadline(), Sink::duration);
    out.maybe(what.input(), OperationCodec::payload);
    out.number(what.metadata().size());
    what.metadata()
        .forEach(
            (key, value) -> {
              out.text(key);
              out.text(value);
            });
    out.number(what.tags().size());
    what.tags().forEach(out::text);
    out.maybe(what.correlationId(), Sink::text);
    out.maybe(what.causationId(), Sink::text);
    out.maybe(what.traceparent(), Sink::text);
    out.maybe(what.idempotencyKey(), Sink::text);
    out.maybe(what.parent(), Sink::id);
    out.maybe(what.retryOf(), Sink::id);
    promise(out, what.promise());
    out.instant(operation.createdAt());
    out.maybe(operation.deadlineAt(), Sink::instant);
    return out.toBytes();
  }

  /** The part that each transition rewrites. */
  public static byte[] life(Operation operation) {
    var out = new Sink();
    out.one(FORMAT);
    out.number(operation.version());
    out.number(operation.revision());
    out.instant(operation.updatedAt());
    out.number(operation.rank());
    out.maybe(operation.progress(), OperationCodec::progress);
    out.maybe(operation.retriedAs(), Sink::id);
    out.flag(operation.resultGone());
    out.number(operation.history().size());
    operation.history().forEach(moment -> moment(out, moment));
    moment(out, operation.moment());
    return out.toBytes();
  }

  /**
   * The operation again.
   *
   * @throws StoreException if the bytes are not of a format that this version reads
   */
  public static Operation read(OperationId id, byte[] asked, byte[] life) {
    return readable(() -> operation(id, asked, life));
  }

  private static Operation operation(OperationId id, byte[] asked, byte[] life) {
    var in = new Source(asked);
    format(in);
    var submission =
        new Submission(
            in.small(), in.text(), in.text(), in.maybe(Source::text), in.small(), in.small(),
            in.maybe(Source::instant), in.maybe(Source::instant), in.maybe(Source::duration),
            in.maybe(OperationCodec::payload), texts(in), list(in), in.maybe(Source::text),
            in.maybe(Source::text), in.maybe(Source::text), in.maybe(Source::text), in.maybe(Source::id),
            in.maybe(Source::id), promise(in));
    Instant createdAt = in.instant();
    Instant deadlineAt = in.maybe(Source::instant);

    var now = new Source(life);
    format(now);
    int version = now.small();
    long revision = now.number();
    Instant updatedAt = now.instant();
    long rank = now.number();
    var progress = now.maybe(OperationCodec::progress);
    var retriedAs = now.maybe(Source::id);
    boolean resultGone = now.flag();
    int count = now.count();
    var history = new ArrayList<Moment>(count);
    for (int i = 0; i < count; i++) history.add(moment(now));
    return new Operation(
        id, submission, createdAt, deadlineAt, moment(now), List.copyOf(history), version, revision, updatedAt,
        rank, progress, retriedAs, resultGone);
  }

  private static void format(Source in) {
    int format = in.one();
    if (format != FORMAT) throw new StoreException("an operation has format " + format + ", unknown to this version");
  }

  private static void moment(Sink out, Moment moment) {
    out.number(moment.version());
    out.instant(moment.at());
    state(out, moment.state());
    out.number(moment.attempt());
    out.number(moment.epoch());
    out.maybe(moment.startedAt(), Sink::instant);
    out.maybe(moment.lastError(), OperationCodec::failure);
    out.flag(moment.cancelRequested());
  }

  private static Moment moment(Source in) {
    return new Moment(
        in.small(), in.instant(), state(in), in.small(), in.number(), in.maybe(Source::instant),
        in.maybe(OperationCodec::failure), in.flag());
  }

  private static void state(Sink out, State state) {
    switch (state) {
      case State.Scheduled(var until) -> {
        out.one(1);
        out.instant(until);
      }
      case State.Blocked(var turn) -> {
        out.one(2);
        out.number(turn);
      }
      case State.Queued() -> out.one(3);
      case State.Running(var owner, var endsAt, var silentAt) -> {
        out.one(4);
        out.fixed(owner);
        out.instant(endsAt);
        out.maybe(silentAt, Sink::instant);
      }
      case State.Waiting(var until) -> {
        out.one(5);
        out.number(until.size());
        until.forEach(wait -> wait(out, wait));
      }
      case State.Canceling(var owner, var endsAt, var silentAt, var reason) -> {
        out.one(6);
        out.fixed(owner);
        out.instant(endsAt);
        out.maybe(silentAt, Sink::instant);
        out.maybe(reason, Sink::text);
      }
      case State.Succeeded(var result) -> {
        out.one(7);
        out.maybe(result, OperationCodec::payload);
      }
      case State.Failed(var failure, var dead) -> {
        out.one(8);
        failure(out, failure);
        out.flag(dead);
      }
      case State.Canceled(var reason) -> {
        out.one(9);
        out.maybe(reason, Sink::text);
      }
    }
  }

  private static State state(Source in) {
    int kind = in.one();
    return switch (kind) {
      case 1 -> new State.Scheduled(in.instant());
      case 2 -> new State.Blocked(in.number());
      case 3 -> new State.Queued();
      case 4 -> new State.Running(in.fixed(), in.instant(), in.maybe(Source::instant));
      case 5 -> {
        int count = in.count();
        var waits = new ArrayList<Wait>(count);
        for (int i = 0; i < count; i++) waits.add(wait(in));
        yield new State.Waiting(waits);
      }
      case 6 ->
          new State.Canceling(in.fixed(), in.instant(), in.maybe(Source::instant), in.maybe(Source::text));
      case 7 -> new State.Succeeded(in.maybe(OperationCodec::payload));
      case 8 -> new State.Failed(failure(in), in.flag());
      case 9 -> new State.Canceled(in.maybe(Source::text));
      default -> throw new StoreException("an operation is in state " + kind + ", unknown to this version");
    };
  }

  private static void wait(Sink out, Wait wait) {
    switch (wait) {
      case Wait.ForSignal(var name) -> {
        out.one(1);
        out.text(name);
      }
      case Wait.ForTime(var at) -> {
        out.one(2);
        out.instant(at);
      }
      case Wait.ForEnd(var child) -> {
        out.one(3);
        out.id(child);
      }
    }
  }

  private static Wait wait(Source in) {
    int kind = in.one();
    return switch (kind) {
      case 1 -> new Wait.ForSignal(in.text());
      case 2 -> new Wait.ForTime(in.instant());
      case 3 -> new Wait.ForEnd(in.id());
      default -> throw new StoreException("an operation waits for " + kind + ", unknown to this version");
    };
  }

  private static void failure(Sink out, Failure failure) {
    out.text(failure.code());
    out.number(failure.status());
    out.text(failure.title());
    out.text(failure.detail());
    out.flag(failure.retryable());
    out.maybe(failure.details(), Sink::text);
  }

  private static Failure failure(Source in) {
    return new Failure(in.text(), in.small(), in.text(), in.text(), in.flag(), in.maybe(Source::text));
  }

  private static void payload(Sink out, Payload payload) {
    switch (payload.inRow()) {
      case Payload.Inline(var bytes, var mediaType) -> {
        out.one(1);
        out.text(mediaType);
        out.bytes(bytes);
      }
      case Payload.Apart(var size, var mediaType, var sha256) -> {
        out.one(0);
        out.text(mediaType);
        out.number(size);
        out.bytes(sha256);
      }
      case Payload.Blob(var id, var size, var mediaType, var sha256, var storedAt) -> {
        out.one(2);
        out.text(mediaType);
        out.number(size);
        out.bytes(sha256);
        out.number(id.tenant());
        out.fixed(id.hi());
        out.fixed(id.lo());
        out.instant(storedAt);
      }
    }
  }

  private static Payload payload(Source in) {
    int kind = in.one();
    String mediaType = in.text();
    return switch (kind) {
      case 0 -> new Payload.Apart(in.number(), mediaType, in.bytes());
      case 1 -> new Payload.Inline(in.bytes(), mediaType);
      case 2 -> {
        long size = in.number();
        byte[] sha256 = in.bytes();
        var id = new BlobId(in.small(), in.fixed(), in.fixed());
        yield new Payload.Blob(id, size, mediaType, sha256, in.instant());
      }
      default -> throw new StoreException("a payload is of kind " + kind + ", unknown to this version");
    };
  }

  private static void progress(Sink out, Progress progress) {
    out.maybe(progress.percent(), Sink::real);
    out.maybe(progress.current(), Sink::real);
    out.maybe(progress.total(), Sink::real);
    out.maybe(progress.unit(), Sink::text);
    out.maybe(progress.message(), Sink::text);
    out.maybe(progress.etaAt(), Sink::instant);
  }

  private static Progress progress(Source in) {
    return new Progress(
        in.maybe(Source::real), in.maybe(Source::real), in.maybe(Source::real), in.maybe(Source::text),
        in.maybe(Source::text), in.maybe(Source::instant));
  }

  private static void promise(Sink out, Promise promise) {
    out.number(promise.maxAttempts());
    out.duration(promise.backoff().first());
    out.real(promise.backoff().factor());
    out.duration(promise.backoff().max());
    out.flag(promise.atMostOnce());
    out.flag(promise.cancelable());
    out.number(bits(promise.deadLetters()));
    out.duration(promise.attemptTimeout());
    out.maybe(promise.heartbeatTimeout(), Sink::duration);
    out.maybe(promise.operationTimeout(), Sink::duration);
    out.maybe(promise.startTimeout(), Sink::duration);
    out.maybe(promise.keep(), Sink::duration);
    out.maybe(promise.keepResult(), Sink::duration);
    out.duration(promise.keepKey());
  }

  private static Promise promise(Source in) {
    return new Promise(
        in.small(), new Promise.Backoff(in.duration(), in.real(), in.duration()), in.flag(), in.flag(),
        letters(in.small()), in.duration(), in.maybe(Source::duration), in.maybe(Source::duration),
        in.maybe(Source::duration), in.maybe(Source::duration), in.maybe(Source::duration), in.duration());
  }

  private static int bits(Set<Promise.DeadLetter> letters) {
    int bits = 0;
    for (var letter : letters) bits |= 1 << letter.ordinal();
    return bits;
  }

  private static Set<Promise.DeadLetter> letters(int bits) {
    var letters = EnumSet.noneOf(Promise.DeadLetter.class);
    for (var letter : Promise.DeadLetter.values()) {
      if ((bits & 1 << letter.ordinal()) != 0) letters.add(letter);
    }
    return letters;
  }

  private static Map<String, String> texts(Source in) {
    int count = in.count();
    Map<String, String> texts = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) texts.put(in.text(), in.text());
    return texts;
  }

  private static List<String> list(Source in) {
    int count = in.count();
    var list = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) list.add(in.text());
    return list;
  }

  /** How entries of a segment are written: a stream's are all of operations, or all published events. */
  public static byte[] entries(List<Entry> entries) {
    var out = new Sink();
    out.one(FORMAT);
    var facts = entries.stream().map(Entry::fact).filter(Objects::nonNull).toList();
    if (!facts.isEmpty()) {
      out.number(0);
      FactCodec.write(out, facts);
      return out.toBytes();
    }
    out.number(entries.size());
    for (var entry : entries) {
      out.id(entry.operation());
      out.number(entry.version());
      out.text(entry.type());
    }
    return out.toBytes();
  }

  /** The entries of a segment again. */
  public static List<Entry> entries(String stream, byte[] bytes) {
    return readable(() -> entries(stream, new Source(bytes)));
  }

  /** Values that no operation has are as unreadable as bytes that are no values. */
  private static <T> T readable(Supplier<T> read) {
    try {
      return read.get();
    } catch (StoreException unreadable) {
      throw unreadable;
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException | IndexOutOfBoundsException impossible) {
      throw new StoreException("a row holds what no operation can", impossible);
    }
  }

  private static List<Entry> entries(String stream, Source in) {
    format(in);
    int count = in.count();
    var entries = new ArrayList<Entry>(count);
    for (int i = 0; i < count; i++) entries.add(new Entry(stream, in.id(), in.small(), in.text()));
    if (count > 0 || in.isOver()) return entries;
    for (var fact : FactCodec.read(in, Entry.topicOf(stream))) entries.add(Entry.published(stream, fact));
    return entries;
  }
}
