package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.http.Header;
import dev.raincheck.server.http.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KeysUnderWayTest {
  private static final KeysUnderWay.Key KEY = new KeysUnderWay.Key(1, "mail", "k");
  private static final Submitted DONE = new Submitted.KeyReused();

  private final KeysUnderWay keys = new KeysUnderWay(Duration.ofMillis(1));
  private final CompletableFuture<Submitted> first = new CompletableFuture<>();

  @Test
  void a_twin_of_what_is_not_committed_in_time_is_told_to_repeat() throws Exception {
    var waiting = waitForFirst();

    var refused =
        catchThrowableOfType(
            RefusedException.class, () -> keys.settle(KEY, new CompletableFuture<>()));

    assertThat(refused.refusal().status()).isEqualTo(503);
    assertThat(refused.refusal().code()).isEqualTo("unavailable");
    assertThat(refused.refusal().headers()).contains(new Header("Retry-After", "1"));
    assertThat(refused.refusal().outcomeKnown()).isFalse();
    first.complete(DONE);
    waiting.join();
  }

  @Test
  void a_twin_of_what_is_committed_gets_its_answer() throws Exception {
    var waiting = waitForFirst();
    first.complete(DONE);
    waiting.join();

    assertThat(keys.settle(KEY, CompletableFuture.completedFuture(DONE))).isEqualTo(DONE);
  }

  @Test
  void another_key_tenant_or_type_is_no_twin() throws Exception {
    var waiting = waitForFirst();
    for (var other :
        new KeysUnderWay.Key[] {
          new KeysUnderWay.Key(2, "mail", "k"),
          new KeysUnderWay.Key(1, "report", "k"),
          new KeysUnderWay.Key(1, "mail", "l")
        }) {
      var slow = new CompletableFuture<Submitted>();
      slow.completeOnTimeout(DONE, 20, TimeUnit.MILLISECONDS);
      assertThat(keys.settle(other, slow)).isEqualTo(DONE);
    }
    first.complete(DONE);
    waiting.join();
  }

  @Test
  void a_failed_commit_frees_the_key() {
    var failed = new CompletableFuture<Submitted>();
    Thread.ofVirtual().start(() -> failed.completeExceptionally(new IOException()));
    assertThatThrownBy(() -> keys.settle(KEY, failed)).isInstanceOf(StoreException.class);

    var next = new CompletableFuture<Submitted>();
    next.completeOnTimeout(DONE, 20, TimeUnit.MILLISECONDS);
    assertThat(keys.settle(KEY, next)).isEqualTo(DONE);
  }

  private Thread waitForFirst() throws InterruptedException {
    var asked = new CountDownLatch(1);
    var waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  asked.countDown();
                  keys.settle(KEY, first);
                });
    asked.await();
    while (waiting.getState() != Thread.State.WAITING) Thread.onSpinWait();
    return waiting;
  }
}
