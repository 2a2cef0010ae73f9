package dev.raincheck.server.demo;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Many callers at the same moment, each a thread that blocks until it is answered. */
final class Rush {
  private static final Duration LOOK_AFTER = Duration.ofSeconds(1);

  private final Client client;
  private final LongSupplier nanos;

  Rush(Client client, LongSupplier nanos) {
    this.client = client;
    this.nanos = nanos;
  }

  /** One call; no answer if the connection broke. */
  private record Sample(long from, long to, @Nullable Seen seen) {
    int status() {
      return seen == null ? 0 : seen.status();
    }

    Duration took() {
      return Duration.ofNanos(to - from);
    }
  }

  /** Lets every caller be answered once, so that what follows is not measured cold. */
  void connect(int calls, String url) throws InterruptedException {
    atOnce(calls, _ -> Call.get(url));
  }

  /** Calls that are answered when the work is done. */
  Side direct(int calls, IntFunction<Call> call) throws InterruptedException {
    long start = nanos.getAsLong();
    var samples = atOnce(calls, call);
    long end =
        samples.stream()
            .filter(each -> each.status() == 200)
            .mapToLong(Sample::to)
            .max()
            .orElse(start);
    int done = (int) samples.stream().filter(each -> each.status() == 200).count();
    return side(samples, 200, done, end - start);
  }

  /**
   * Calls that are answered with a promise; then each is followed to its end.
   *
   * @param ended told each operation's last document, and how many have ended
   */
  Side promised(int calls, IntFunction<Call> call, ObjIntConsumer<Client.Followed> ended)
      throws InterruptedException {
    long start = nanos.getAsLong();
    var samples = atOnce(calls, call);
    int ends = 0;
    int done = 0;
    for (var sample : samples) {
      if (sample.seen() == null || sample.status() != 202) continue;
      var followed = client.follow(sample.seen(), _ -> {});
      if (followed.operation().path("status").asString("").equals("succeeded")) done++;
      ended.accept(followed, ++ends);
    }
    return side(samples, 202, done, nanos.getAsLong() - start);
  }

  private Side side(List<Sample> samples, int good, int done, long allDoneNanos) {
    long look = samples.stream().mapToLong(Sample::from).min().orElse(0) + LOOK_AFTER.toNanos();
    var answers =
        samples.stream().filter(each -> each.status() == good).map(Sample::took).sorted().toList();
    int refused =
        (int) samples.stream().filter(each -> each.status() == 503 || each.status() == 429).count();
    return new Side(
        samples.size(),
        done,
        refused,
        samples.size() - answers.size() - refused,
        answers,
        (int) samples.stream().filter(each -> each.from() <= look && each.to() > look).count(),
        samples.stream().map(Sample::took).reduce(Duration.ZERO, Duration::plus),
        Duration.ofNanos(allDoneNanos));
  }

  private List<Sample> atOnce(int calls, IntFunction<Call> call) throws InterruptedException {
    var gate = new CountDownLatch(1);
    var callers = new ArrayList<Future<Sample>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        var its = call.apply(i);
        callers.add(
            threads.submit(
                () -> {
                  gate.await();
                  return sample(its);
                }));
      }
      gate.countDown();
    }
    var samples = new ArrayList<Sample>();
    for (var caller : callers) {
      try {
        samples.add(caller.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return samples;
  }

  private Sample sample(Call call) throws InterruptedException {
    long from = nanos.getAsLong();
    try {
      var seen = client.send(call);
      return new Sample(from, nanos.getAsLong(), seen);
    } catch (UncheckedIOException broken) {
      return new Sample(from, nanos.getAsLong(), null);
    }
  }
}
