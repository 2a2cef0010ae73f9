package dev.raincheck.server.event;

import dev.raincheck.event.Archive;
import dev.raincheck.event.Event;
import dev.raincheck.event.Past;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.pace.Alarms;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.OperationLookup;
import dev.raincheck.server.operation.RetryAfter;
import dev.raincheck.server.operation.WaitWish;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happened, as pages of JSON: of an operation by numbers, of a tenant by cursors. */
final class EventPages {
  private static final int BYTES_MAX = 1 << 20;

  /** How many entries one request looks at for a filter that matches little. */
  private static final int LOOKED_AT_MAX = 1_000;

  private static final int LOOKED_AT_ONCE = 100;
  private static final String REVALIDATE = "private, no-cache";

  private final OperationStream.Parts parts;
  private final OperationLookup lookup;
  private final EventCursors cursors;
  private final Callers callers;
  private final Alarms alarms;
  private final RetryAfter retryAfter;
  private final Duration maxWait;

  EventPages(
      OperationStream.Parts parts,
      OperationLookup lookup,
      EventCursors cursors,
      Callers callers,
      Alarms alarms,
      RetryAfter retryAfter,
      Duration maxWait) {
    this.parts = parts;
    this.lookup = lookup;
    this.cursors = cursors;
    this.callers = callers;
    this.alarms = alarms;
    this.retryAfter = retryAfter;
    this.maxWait = maxWait;
  }

  // ---- of an operation

  private record OfOne(int tenant, OperationId id, long after, int limit, WaitWish patience) {}

  Answer ofOperation(Request request, OperationId id) {
    int tenant = callers.tenant(request.principal());
    var wish =
        new OfOne(
            tenant, id, PageWish.after(request.query()), PageWish.limit(request.query()),
            WaitWish.read(request, maxWait));
    if (!wish.patience().any()) return page(wish, past(wish), false);

    var next = new NextEvent.OfOperation(wish.after());
    Runnable unwatch = () -> parts.feed().unwatch(id, next);
    boolean handedOver = false;
    try {
      watching(() -> parts.feed().watch(id, next));
      var past = past(wish);
      if (!past.events().isEmpty() || past.operation().done()) return page(wish, past, true);
      var permit = callers.beginWait(request.principal());
      if (permit == null) return crowded(wish, past);
      handedOver = true;
      return next.until(
          wish.patience().duration(), alarms, unwatch, permit, _ -> page(wish, past(wish), true));
    } finally {
      if (!handedOver) unwatch.run();
    }
  }

  /**
   * @throws dev.raincheck.server.http.RefusedException 404, 410, 503
   */
  Past past(int tenant, OperationId id, long after, int limit) {
    Archive.Found found;
    try {
      found = parts.archive().past(tenant, id, after, limit, BYTES_MAX);
      // Known to nobody, or handed over in a transaction: then looking for it makes an operation of it.
      if (found instanceof Archive.Found.Nothing) {
        var meant = lookup.find(tenant, id).id();
        found = parts.archive().past(tenant, meant, after, limit, BYTES_MAX);
      }
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
    return switch (found) {
      case Archive.Found.Here(var past) when past.trimmed() && past.events().isEmpty() ->
          throw trimmed().asException();
      case Archive.Found.Here(var past) -> past;
      case Archive.Found.Gone() -> throw OperationLookup.gone().asException();
      case Archive.Found.Nothing() -> throw OperationLookup.unavailable().asException();
    };
  }

  private Past past(OfOne wish) {
    return past(wish.tenant(), wish.id(), wish.after(), wish.limit());
  }

  static Refusal trimmed() {
    return Refusal.of(
        ProblemCode.CURSOR_EXPIRED,
        "What follows has been forgotten: read the operation, and go on after its version.");
  }

  private Response page(OfOne wish, Past past, boolean waited) {
    var operation = past.operation();
    // A number ahead of us, from before a backup was restored, must not hide what comes next.
    long next = Math.min(past.end(wish.after()), operation.version());
    boolean done = operation.done() && next == operation.version();
    var answer = answer(wish.patience(), waited);
    if (!done && past.events().isEmpty()) {
      int seconds = waited ? 0 : retryAfter.seconds(operation);
      answer.header(HeaderNames.RETRY_AFTER, Integer.toString(seconds));
    }
    return answer.json(body(jsons(past.events()), Long.toString(next), done));
  }

  private Response crowded(OfOne wish, Past past) {
    int seconds = retryAfter.secondsWhenCrowded(past.operation());
    long next = Math.min(wish.after(), past.operation().version());
    return answer(wish.patience(), false)
        .header(HeaderNames.RETRY_AFTER, Integer.toString(seconds))
        .json(body(List.of(), Long.toString(next), false));
  }

  // ---- of a tenant

  private record OfAll(int tenant, EventFilter filter, long after, boolean oldest, int limit, WaitWish patience) {}

  private record Found(List<byte[]> data, long end, boolean more) {}

  Answer ofTenant(Request request) {
    int tenant = callers.tenant(request.principal());
    var filter = EventFilter.of(request.query());
    var cursor = request.query().single(PageWish.AFTER, ProblemCode.CURSOR_INVALID).filter(text -> !text.equals("0"));
    long after = cursor.map(text -> offset(tenant, filter, text)).orElse(0L);
    var wish =
        new OfAll(
            tenant, filter, after, cursor.isEmpty(), PageWish.limit(request.query()), WaitWish.read(request, maxWait));
    var found = find(wish);
    if (!found.data().isEmpty() || found.more() || !wish.patience().any()) {
      return page(wish, found, false, retryAfter.seconds(tenant));
    }

    var next = new NextEvent.OfTenant(filter, found.end());
    Runnable unwatch = () -> parts.feed().unwatch(tenant, next);
    boolean handedOver = false;
    try {
      watching(() -> parts.feed().watch(tenant, next));
      var again = find(wish);
      if (!again.data().isEmpty()) return page(wish, again, true, 0);
      var permit = callers.beginWait(request.principal());
      if (permit == null) return page(wish, again, false, retryAfter.secondsWhenCrowded(tenant));
      handedOver = true;
      return next.until(
          wish.patience().duration(), alarms, unwatch, permit, _ -> page(wish, find(wish), true, 0));
    } finally {
      if (!handedOver) unwatch.run();
    }
  }

  private long offset(int tenant, EventFilter filter, String text) {
    return cursors
        .read(tenant, filter, text)
        .orElseThrow(
            () ->
                Refusal.ofParameter(
                        ProblemCode.CURSOR_INVALID,
                        PageWish.AFTER,
                        "The cursor is not one that these events gave with these filters: begin without one.")
                    .asException());
  }

  private Found find(OfAll wish) {
    var data = new ArrayList<byte[]>();
    long end = wish.after();
    boolean more = true;
    try {
      for (int looked = 0; more && data.size() < wish.limit() && looked < LOOKED_AT_MAX; looked += LOOKED_AT_ONCE) {
        var page = parts.archive().log(wish.tenant(), end, LOOKED_AT_ONCE);
        boolean lost = end > page.end() || page.trimmedAfter(end);
        if (lost && !(wish.oldest() && end == 0)) throw lost().asException();
        for (var told : page.told()) {
          if (data.size() == wish.limit()) break;
          end = told.offset();
          var event = told.event();
          if (event != null && wish.filter().matches(event)) data.add(parts.documents().of(event));
        }
        more = end < page.end();
      }
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
    return new Found(data, end, more);
  }

  private static Refusal lost() {
    return Refusal.of(
        ProblemCode.CURSOR_EXPIRED, "What follows has been forgotten: begin without 'after', at the oldest event.");
  }

  /** @param seconds when to ask again if there is nothing now */
  private Response page(OfAll wish, Found found, boolean waited, int seconds) {
    var cursor = '"' + cursors.write(wish.tenant(), wish.filter(), found.end()) + '"';
    var answer = answer(wish.patience(), waited);
    boolean nothing = found.data().isEmpty() && !found.more();
    if (nothing) answer.header(HeaderNames.RETRY_AFTER, Integer.toString(seconds));
    return answer.json(body(found.data(), cursor, false));
  }

  // ---- both

  /** Without the store nobody can be told where the log ends. */
  private static void watching(Runnable watch) {
    try {
      watch.run();
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
  }

  private List<byte[]> jsons(List<Event.Numbered> events) {
    try {
      return events.stream().map(parts.documents()::of).toList();
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
  }

  private static Response.Builder answer(WaitWish patience, boolean waited) {
    var answer = Response.status(200).cacheControl(REVALIDATE);
    if (waited && patience.preferred()) {
      answer.header(HeaderNames.PREFERENCE_APPLIED, "wait=" + patience.seconds());
    }
    return answer;
  }

  private static byte[] body(List<byte[]> data, String nextAfter, boolean done) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(ascii("{\"data\":["));
    for (int i = 0; i < data.size(); i++) {
      if (i > 0) all.write(',');
      all.writeBytes(data.get(i));
    }
    all.writeBytes(ascii("],\"next_after\":%s,\"done\":%s}".formatted(nextAfter, done)));
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
