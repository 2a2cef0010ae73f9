package dev.raincheck.server.auth;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.config.RateLimit;
import dev.raincheck.server.http.Header;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.QuotaHeaders;
import dev.raincheck.server.http.Route;
import dev.raincheck.tenant.ApiKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The quotas of all credentials, in this node's memory, and the headers that tell of them
 * (draft-ietf-httpapi-ratelimit-headers-11). Safe for use by several threads.
 */
public final class Quotas implements QuotaHeaders {
  /** Room for every key there can be, and for as many that were just revoked or came with tokens. */
  static final int ENTRIES_MAX = 2 * ApiKeys.COUNT_MAX;

  /** What those share who come when there is no more room: few enough to notice, enough to be fair. */
  static final int CROWDED = 256;

  private static final Duration LOOK_FOR_ROOM_EVERY = Duration.ofSeconds(1);

  private final RateLimit limit;
  private final int waitsPerKey;
  private final InstantSource clock;
  private final Header policy;
  private final ConcurrentHashMap<String, Quota> quotas = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> looked = new AtomicReference<>(Instant.MIN);

  /**
   * @param limit of each credential
   * @param waitsPerKey how many of its requests may wait at a time
   */
  public Quotas(RateLimit limit, int waitsPerKey, InstantSource clock) {
    this.limit = limit;
    this.waitsPerKey = waitsPerKey;
    this.clock = clock;
    this.policy =
        new Header(
            HeaderNames.RATE_LIMIT_POLICY,
            "\"default\";q=" + limit.requests() + ";w=" + limit.window().toSeconds());
  }

  /** Counts a request of a credential that was recognized. */
  Caller count(dev.raincheck.tenant.Principal principal) {
    var quota = quota(principal.keyId());
    return new Caller(principal, quota, quota.spend(clock.instant()));
  }

  @Override
  public List<Header> of(Principal principal) {
    if (!(principal instanceof Caller caller)) return List.of();
    var spent = caller.spent();
    return List.of(
        policy,
        new Header(
            HeaderNames.RATE_LIMIT,
            "\"default\";r=" + spent.remaining() + ";t=" + spent.resetSeconds()));
  }

  /**
   * A route that refuses over the quota before it does anything; for all that create no operations.
   */
  public static Route enforcedOn(Route route) {
    return route.answeredBy(
        request -> {
          Caller.of(request).refuseOverQuota();
          return route.handler().answer(request);
        });
  }

  int size() {
    return quotas.size();
  }

  private Quota quota(String keyId) {
    var known = quotas.get(keyId);
    if (known != null) return known;
    boolean room = quotas.size() < ENTRIES_MAX || makeRoom();
    var id = room ? keyId : "crowd " + Math.floorMod(keyId.hashCode(), CROWDED);
    return quotas.computeIfAbsent(id, each -> new Quota(limit, waitsPerKey, each.hashCode()));
  }

  /** There may be any number of subjects of an issuer; looking through all entries costs something. */
  private boolean makeRoom() {
    var now = clock.instant();
    var last = looked.get();
    boolean due = now.isBefore(last) || last.isBefore(now.minus(LOOK_FOR_ROOM_EVERY));
    if (due && looked.compareAndSet(last, now)) quotas.values().removeIf(quota -> quota.isIdle(now));
    return quotas.size() < ENTRIES_MAX;
  }
}
