package dev.raincheck.server.auth;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Request;
import dev.raincheck.tenant.Principal;
import java.util.Optional;

/**
 * Who asks this one request.
 *
 * @param quota of the credential, shared by all its requests
 * @param spent where the quota stood when this request was counted
 */
public record Caller(Principal principal, Quota quota, Quota.Spent spent)
    implements dev.raincheck.server.http.Principal {

  /** A client that is told to come back later than this would come back sooner anyway. */
  private static final int RETRY_AFTER_SECONDS_MAX = 60;

  /** The caller of a route that needs a credential. */
  public static Caller of(Request request) {
    return (Caller) request.principal();
  }

  public int tenant() {
    return principal.tenant();
  }

  @Override
  public String id() {
    return principal.keyId();
  }

  @Override
  public boolean allows(String scope) {
    return principal.scopes().allows(scope);
  }

  /**
   * The 429 for this request, if it is one too many. It comes after every other refusal that the
   * request earns, so the route asks; it was counted in any case.
   */
  public Optional<Refusal> overQuota() {
    if (!spent.over()) return Optional.empty();
    long seconds = Math.min(spent.resetSeconds(), RETRY_AFTER_SECONDS_MAX);
    return Optional.of(
        Refusal.of(
                ProblemCode.QUOTA_EXCEEDED,
                "This key may send %,d requests in %,d seconds; go on in %,d seconds."
                    .formatted(
                        quota.limit().requests(),
                        quota.limit().window().toSeconds(),
                        spent.resetSeconds()))
            .header(HeaderNames.RETRY_AFTER, Long.toString(seconds)));
  }

  /** Fails with {@link #overQuota} if there is one. */
  public void refuseOverQuota() {
    overQuota()
        .ifPresent(
            refusal -> {
              throw refusal.asException();
            });
  }
}
