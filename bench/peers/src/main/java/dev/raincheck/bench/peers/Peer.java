package dev.raincheck.bench.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * One peer in a process of its own: {@code Peer <name> <port> <database>}. Each line of standard input asks for one
 * measurement, as {@code <callers> <warm-up ms> <measured ms>}; the answer is {@code <jobs> <p50 ns> <p99 ns>}. A caller hands in
 * a job, waits for its result, and hands in the next.
 */
public final class Peer {
  static final int SLOTS = 64;
  static final int CONNECTIONS = 32;

  /** What each job is given and gives back: 150 bytes. */
  static final String JSON =
      "{\"customer\":\"c-0001234567\",\"from\":\"2026-01-01\",\"to\":\"2026-02-01\",\"format\":\"pdf\","
          + "\"pages\":[1,2,3,5,8,13],\"note\":\"as agreed on the phone\",\"copy\":true}";

  /** A system that performs jobs. */
  interface Jobs extends AutoCloseable {
    /** Begins to perform, or stops asking its database for work. */
    void active(boolean active);

    /** Hands one in and waits until it is done, and that is durable. */
    void perform() throws Exception;

    @Override
    void close();
  }

  private Peer() {}

  public static void main(String[] args) throws Exception {
    try (var jobs = start(args[0], "jdbc:postgresql://127.0.0.1:" + args[1] + "/" + args[2])) {
      jobs.active(false);
      System.out.println("ready");
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var line = in.readLine(); line != null; line = in.readLine()) System.out.println(measure(jobs, line.split(" ", -1)));
    }
    System.exit(0); // Threads of what was measured may linger.
  }

  private static Jobs start(String name, String url) throws Exception {
    return switch (name) {
      case "db-scheduler" -> new DbSchedulerJobs(pool(url));
      case "jobrunr" -> new JobRunrJobs(pool(url));
      case "dbos" -> new DbosJobs(pool(url));
      default -> throw new IllegalArgumentException("no peer is called " + name);
    };
  }

  private static HikariDataSource pool(String url) {
    var pool = new HikariConfig();
    pool.setJdbcUrl(url);
    pool.setUsername("postgres");
    pool.setPassword("postgres");
    pool.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(pool);
  }

  private static String measure(Jobs jobs, String[] wish) throws Exception {
    int callers = Integer.parseInt(wish[0]);
    var latency = new ConcurrentHistogram(Duration.ofMinutes(1).toNanos(), 3);
    var over = new AtomicBoolean();
    jobs.active(true);
    long begin = System.nanoTime() + Duration.ofMillis(Long.parseLong(wish[1])).toNanos();
    long end = begin + Duration.ofMillis(Long.parseLong(wish[2])).toNanos();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < callers; i++) threads.add(Thread.ofPlatform().start(() -> call(jobs, begin, end, over, latency)));
    for (var thread : threads) thread.join();
    jobs.active(false);
    if (over.get()) throw new IOException("a job failed");
    return "%d %d %d".formatted(latency.getTotalCount(), latency.getValueAtPercentile(50), latency.getValueAtPercentile(99));
  }

  private static void call(Jobs jobs, long begin, long end, AtomicBoolean failed, ConcurrentHistogram latency) {
    try {
      for (long since = System.nanoTime(); since < end; ) {
        jobs.perform();
        long now = System.nanoTime();
        if (now >= begin && now < end) latency.recordValue(now - since);
        since = now;
      }
    } catch (Exception e) {
      e.printStackTrace();
      failed.set(true);
    }
  }
}
