package dev.raincheck.server.event;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Pages of JSON of a log that is read by cursors. */
final class CursorPages {
  private static final int BYTES_MAX = 1 << 20;

  /** How many entries one request looks at for a filter that matches little. */
  private static final int LOOKED_AT_MAX = 1_000;

  private static final int LOOKED_AT_ONCE = 100;

  private final Callers callers;
  private final Alarms alarms;
  private final RetryAfter retryAfter;
  private final Duration maxWait;

  CursorPages(Callers callers, Alarms alarms, RetryAfter retryAfter, Duration maxWait) {
    this.callers = callers;
    this.alarms = alarms;
    this.retryAfter = retryAfter;
    this.maxWait = maxWait;
  }

  private record Wish(CursorLog log, long after, boolean oldest, int limit, WaitWish patience) {}

  private record Found(List<byte[]> data, long end, boolean more) {}

  Answer of(Request request, CursorLog log) {
    int tenant = log.tenant();
    var cursor = request.query().single(PageWish.AFTER, ProblemCode.CURSOR_INVALID).filter(text -> !text.equals("0"));
    long after = cursor.map(text -> offset(log, text)).orElse(0L);
    var wish =
        new Wish(log, after, cursor.isEmpty(), PageWish.limit(request.query()), WaitWish.read(request, maxWait));
    var found = find(wish);
    if (!found.data().isEmpty() || found.more() || !wish.patience().any()) {
      return page(wish, found, false, retryAfter.seconds(tenant));
    }

    var poll = log.poll(found.end());
    boolean handedOver = false;
    try {
      EventPages.watching(poll.watch());
      var again = find(wish);
      if (!again.data().isEmpty()) return page(wish, again, true, 0);
      var permit = callers.beginWait(request.principal());
      if (permit == null) return page(wish, again, false, retryAfter.secondsWhenCrowded(tenant));
      handedOver = true;
      return poll.next()
          .until(
              wish.patience().duration(), alarms, poll.unwatch(), permit, _ -> page(wish, find(wish), true, 0));
    } finally {
      if (!handedOver) poll.unwatch().run();
    }
  }

  /**
   * @throws dev.raincheck.server.http.RefusedException 400 if it is not one of this log
   */
  static long offset(CursorLog log, String cursor) {
    return log.offset(cursor)
        .orElseThrow(
            () ->
                Refusal.ofParameter(
                        ProblemCode.CURSOR_INVALID,
                        PageWish.AFTER,
                        "The cursor is not one that these events gave with these filters: begin without one.")
                    .asException());
  }

  /**
   * @throws dev.raincheck.server.http.RefusedException 410 if what follows an offset cannot be told; 503
   */
  void requireKept(CursorLog log, long after) {
    try {
      if (log.read(after, 1).isLostAfter(after)) throw lost().asException();
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
  }

  private static Found find(Wish wish) {
    var data = new ArrayList<byte[]>();
    long end = wish.after();
    boolean more = true;
    int bytes = 0;
    try {
      for (int looked = 0; more && data.size() < wish.limit() && looked < LOOKED_AT_MAX; looked += LOOKED_AT_ONCE) {
        var part = wish.log().read(end, LOOKED_AT_ONCE);
        if (part.isLostAfter(end) && !(wish.oldest() && end == 0)) throw lost().asException();
        for (var item : part.items()) {
          if (data.size() == wish.limit() || bytes > BYTES_MAX) break;
          end = item.offset();
          var json = item.json();
          if (json == null) continue;
          data.add(json.get());
          bytes += data.getLast().length;
        }
        more = end < part.end();
        if (bytes > BYTES_MAX) break;
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
  private static Response page(Wish wish, Found found, boolean waited, int seconds) {
    var cursor = '"' + wish.log().cursor(found.end()) + '"';
    var answer = EventPages.answer(wish.patience(), waited);
    boolean nothing = found.data().isEmpty() && !found.more();
    if (nothing) answer.header(HeaderNames.RETRY_AFTER, Integer.toString(seconds));
    return answer.json(EventPages.body(found.data(), cursor, false));
  }
}
