package dev.raincheck.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.RateLimit;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Principal;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final RateLimit THREE_IN_TEN = new RateLimit(3, Duration.ofSeconds(10));

  private final ManualClock clock = ManualClock.at("2026-11-24T08:00:00Z");

  @Test
  void a_window_has_so_many_requests() {
    var quota = new Quota(THREE_IN_TEN, 1, 0);
    assertThat(quota.spend(clock.instant())).isEqualTo(new Quota.Spent(2, 10, false));
    assertThat(quota.spend(clock.advance(Duration.ofMillis(1))))
        .isEqualTo(new Quota.Spent(1, 10, false));
    assertThat(quota.spend(clock.advance(Duration.ofSeconds(4))))
        .isEqualTo(new Quota.Spent(0, 6, false));
    assertThat(quota.spend(clock.instant())).isEqualTo(new Quota.Spent(0, 6, true));
    assertThat(quota.spend(clock.advance(Duration.ofMillis(5_998))))
        .isEqualTo(new Quota.Spent(0, 1, true));
    assertThat(quota.spend(clock.advance(Duration.ofMillis(1))))
        .isEqualTo(new Quota.Spent(2, 10, false));
  }

  @Test
  void windows_of_different_keys_begin_at_different_times() {
    var first = new Quota(THREE_IN_TEN, 1, 0).spend(clock.instant());
    var second = new Quota(THREE_IN_TEN, 1, 4_000).spend(clock.instant());
    var negative = new Quota(THREE_IN_TEN, 1, -1_000).spend(clock.instant());
    assertThat(first.resetSeconds()).isEqualTo(10);
    assertThat(second.resetSeconds()).isEqualTo(6);
    assertThat(negative.resetSeconds()).isEqualTo(1);
  }

  @Test
  void a_clock_that_goes_back_begins_a_window() {
    var quota = new Quota(THREE_IN_TEN, 1, 0);
    for (int i = 0; i < 4; i++) quota.spend(clock.instant());
    assertThat(quota.spend(clock.advance(Duration.ofSeconds(-1))))
        .isEqualTo(new Quota.Spent(2, 1, false));
    assertThat(quota.spend(Instant.EPOCH.minusMillis(1)).resetSeconds()).isEqualTo(1);
  }

  @Test
  void the_largest_quota_does_not_overflow() {
    var quota = new Quota(new RateLimit(1_000_000_000, Duration.ofDays(1)), 1, 0);
    assertThat(quota.spend(clock.instant()).remaining()).isEqualTo(999_999_999);
  }

  @Test
  void requests_at_the_same_time_are_all_counted() throws Exception {
    var quota = new Quota(new RateLimit(1_000, Duration.ofSeconds(10)), 1, 0);
    var now = clock.instant();
    Callable<Long> some =
        () -> IntStream.range(0, 500).filter(_ -> !quota.spend(now).over()).count();
    try (var threads = Executors.newFixedThreadPool(4)) {
      long admitted = 0;
      for (var one : threads.invokeAll(Collections.nCopies(4, some)))
        admitted += one.get();
      assertThat(admitted).isEqualTo(1_000);
    }
  }

  @Test
  void so_many_requests_of_a_key_may_wait() {
    var quota = new Quota(THREE_IN_TEN, 2, 0);
    var first = quota.tryWait().orElseThrow();
    var second = quota.tryWait().orElseThrow();
    assertThat(quota.tryWait()).isEmpty();

    first.close();
    first.close();
    assertThat(quota.tryWait()).isPresent();
    assertThat(quota.tryWait()).isEmpty();
    second.close();
    assertThat(quota.tryWait()).isPresent();
  }

  @Test
  void each_key_has_its_own_quota_and_is_told_of_it() {
    var quotas = new Quotas(THREE_IN_TEN, 1, clock);
    quotas.count(key("a"));
    var a = quotas.count(key("a"));
    var b = quotas.count(key("b"));
    assertThat(a.spent().remaining()).isEqualTo(1);
    assertThat(b.spent().remaining()).isEqualTo(2);
    assertThat(a.quota().tryWait()).isPresent();
    assertThat(b.quota().tryWait()).isPresent();
    assertThat(quotas.of(a))
        .extracting(header -> header.name() + ": " + header.value())
        .containsExactly(
            "RateLimit-Policy: \"default\";q=3;w=10",
            "RateLimit: \"default\";r=1;t=%d".formatted(a.spent().resetSeconds()));
  }

  @Test
  void keys_that_are_not_used_any_more_are_forgotten_but_not_while_they_wait() {
    var quotas = new Quotas(THREE_IN_TEN, 1, clock);
    var waits = quotas.count(key("waits")).quota();
    waits.tryWait().orElseThrow();
    for (int i = 1; i < 2 * ApiKeys.COUNT_MAX; i++) quotas.count(key("old" + i));
    assertThat(quotas.size()).isEqualTo(2 * ApiKeys.COUNT_MAX);

    clock.advance(Duration.ofSeconds(20));
    quotas.count(key("new"));
    assertThat(quotas.size()).isEqualTo(2);
    assertThat(quotas.count(key("waits")).quota()).isSameAs(waits);
  }

  @Test
  void more_subjects_than_there_is_room_for_share_what_is_left() {
    var quotas = new Quotas(THREE_IN_TEN, 1, clock);
    var first = quotas.count(key("subject0")).quota();
    for (int i = 1; i < 2 * Quotas.ENTRIES_MAX; i++) quotas.count(key("subject" + i));
    assertThat(quotas.size()).isLessThanOrEqualTo(Quotas.ENTRIES_MAX + Quotas.CROWDED);
    assertThat(quotas.count(key("subject0")).quota()).isSameAs(first);
    assertThat(quotas.count(key("late")).spent().over()).isTrue();
  }

  @Test
  void who_is_over_the_quota_is_told_when_to_go_on() {
    var quotas = new Quotas(new RateLimit(1, Duration.ofHours(1)), 1, clock);
    var callers = new ArrayList<Caller>();
    for (int i = 0; i < 2; i++) callers.add(quotas.count(key("a")));
    assertThat(callers.getFirst().overQuota()).isEmpty();

    var refusal = callers.getLast().overQuota().orElseThrow();
    assertThat(refusal.status()).isEqualTo(429);
    assertThat(refusal.code()).isEqualTo("quota_exceeded");
    assertThat(refusal.headers()).extracting("name").containsExactly("Retry-After");
    assertThat(Integer.parseInt(refusal.headers().getFirst().value())).isBetween(1, 60);
  }

  private static Principal key(String id) {
    return new Principal(1, "default", id, Scopes.ALL, null);
  }
}
