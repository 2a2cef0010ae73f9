package dev.raincheck.server.event;

import dev.raincheck.event.Event;
import dev.raincheck.event.Watcher;
import dev.raincheck.ledger.Fact;
import dev.raincheck.pace.Alarms;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.operation.Callers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A poll that waits for the next entry: it holds no thread. */
abstract sealed class NextEvent {
  // Neither the feed's nor the alarms' thread may render, or read the store.
  private static final Executor THREADS = task -> Thread.ofVirtual().name("waited").start(task);

  private final CompletableFuture<Boolean> woken = new CompletableFuture<>();

  final void wake() {
    woken.complete(true);
  }

  /**
   * Answers when there is something, or when time is over.
   *
   * @param unwatch ends the watch, which was begun before anything was read
   * @param permit given back when the wait ends in any way
   * @param then makes the answer: true if there may be something
   */
  final Answer.Later until(
      Duration atMost,
      Alarms alarms,
      Runnable unwatch,
      Callers.Permit permit,
      Function<Boolean, Answer.Now> then) {
    var cancelAlarm = alarms.after(atMost, () -> woken.complete(false));
    var over = new AtomicBoolean();
    Runnable free =
        () -> {
          if (!over.compareAndSet(false, true)) return;
          cancelAlarm.run();
          unwatch.run();
          permit.end();
        };
    var answer =
        woken.thenApplyAsync(
            something -> {
              free.run();
              return then.apply(something);
            },
            THREADS);
    return new Answer.Later(answer, free);
  }

  /** Of an operation. */
  static final class OfOperation extends NextEvent implements Watcher.OfOperation {
    private final long after;

    OfOperation(long after) {
      this.after = after;
    }

    @Override
    public void tell(Event event) {
      if (event instanceof Event.Numbered numbered && numbered.version() > after) wake();
    }

    @Override
    public void behind() {
      wake();
    }

    @Override
    public void released() {
      wake();
    }
  }

  /** Of a topic, as far as a filter lets it through. */
  static final class OfTopic extends NextEvent implements Watcher.OfTopic {
    private final TopicFilter filter;
    private final long after;

    OfTopic(TopicFilter filter, long after) {
      this.filter = filter;
      this.after = after;
    }

    @Override
    public void tell(long offset, Fact fact) {
      if (offset > after && filter.matches(fact)) wake();
    }

    @Override
    public void behind() {
      wake();
    }

    @Override
    public void released() {
      wake();
    }
  }

  /** Of a tenant, as far as a filter lets it through. */
  static final class OfTenant extends NextEvent implements Watcher.OfTenant {
    private final EventFilter filter;
    private final long after;

    OfTenant(EventFilter filter, long after) {
      this.filter = filter;
      this.after = after;
    }

    @Override
    public void tell(long offset, Event.@Nullable Numbered event) {
      if (offset > after && event != null && filter.matches(event)) wake();
    }

    @Override
    public void tell(Event.Progressed event) {}

    @Override
    public void behind() {
      wake();
    }

    @Override
    public void released() {
      wake();
    }
  }
}
