package dev.raincheck.bench.peers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Callers that wait for the ends of their jobs. */
final class Waiting {
  private static final int SECONDS_MAX = 60;

  private final ConcurrentHashMap<String, CompletableFuture<Boolean>> callers = new ConcurrentHashMap<>();

  CompletableFuture<Boolean> begin(String job) {
    var end = new CompletableFuture<Boolean>();
    callers.put(job, end);
    return end;
  }

  void ended(String job) {
    var caller = callers.remove(job);
    if (caller != null) caller.complete(true);
  }

  static void await(CompletableFuture<Boolean> end) throws Exception {
    end.get(SECONDS_MAX, TimeUnit.SECONDS);
  }
}
