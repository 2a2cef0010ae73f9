package dev.raincheck.server.operation;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.Submitted;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for commits. Requests whose key of idempotency is on its way already, with an earlier
 * request, wait only so long: their client has another try under way that will be answered.
 */
final class KeysUnderWay {
  /** The contract's, for an uncommitted twin. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Duration patience;
  private final Set<Key> underWay = ConcurrentHashMap.newKeySet();

  /** @param scope the type, or that of what is retried */
  record Key(int tenant, String scope, String key) {}

  KeysUnderWay(Duration patience) {
    this.patience = patience;
  }

  /** The key of a submit; null if it has none. */
  static @Nullable Key of(NewOperation what) {
    return what.key() == null ? null : new Key(what.tenant(), what.type(), what.key());
  }

  /**
   * What became of a submit.
   *
   * @param key null without one
   * @throws RefusedException 503 if the key's earlier request is not committed in time
   * @throws StoreException if nobody knows: then the answer is 500 without an outcome
   */
  Submitted settle(@Nullable Key key, CompletableFuture<Submitted> submitted) {
    if (key == null || submitted.isDone()) return settle(submitted);
    if (!underWay.add(key)) return settleInTime(submitted);
    try {
      return settle(submitted);
    } finally {
      underWay.remove(key);
    }
  }

  /** What became of a command; the ledger answers everything that it took, or breaks and says so. */
  static Submitted settle(CompletableFuture<Submitted> submitted) {
    try {
      return submitted.get();
    } catch (ExecutionException failed) {
      throw unknown(failed);
    } catch (InterruptedException stopping) {
      throw stopping(stopping);
    }
  }

  private Submitted settleInTime(CompletableFuture<Submitted> submitted) {
    try {
      return submitted.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw uncommitted().asException();
    } catch (ExecutionException failed) {
      throw unknown(failed);
    } catch (InterruptedException stopping) {
      throw stopping(stopping);
    }
  }

  private static Refusal uncommitted() {
    return Refusal.of(
            ProblemCode.UNAVAILABLE,
            "The first request with this key is still being committed; repeat with the same key.")
        .header(HeaderNames.RETRY_AFTER, "1")
        .withOutcomeUnknown();
  }

  private static StoreException unknown(ExecutionException failed) {
    return new StoreException("the outcome of a submit is unknown", failed);
  }

  private static StoreException stopping(InterruptedException stopping) {
    Thread.currentThread().interrupt();
    return new StoreException("interrupted while a submit was committed", stopping);
  }
}
