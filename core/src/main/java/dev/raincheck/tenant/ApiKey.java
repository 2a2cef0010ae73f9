package dev.raincheck.tenant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as its owner may see it. The secret is not here: nobody can read it again.
 *
 * @param id public; eight characters, and part of the secret
 * @param name for people, 1 to {@link #NAME_LENGTH_MAX} characters
 * @param tenant the tenant's name
 * @param expiresAt from when on it is refused; null for never
 * @param revokedAt since when it is refused; null if it is not
 * @param lastUsedAt to the minute, as this node saw it since its start; null if it did not
 */
public record ApiKey(
    String id,
    String name,
    String tenant,
    int tenantNumber,
    Scopes scopes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt) {

  public static final int NAME_LENGTH_MAX = 100;

  public ApiKey {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a key's name has 1 to %d characters, none of them control characters"
              .formatted(NAME_LENGTH_MAX));
    }
  }

  public static boolean isName(String name) {
    return !name.isBlank()
        && name.length() <= NAME_LENGTH_MAX
        && name.codePoints().noneMatch(ApiKey::isUnprintable);
  }

  /** Control characters could forge lines of a log; half a surrogate pair is no text at all. */
  private static boolean isUnprintable(int point) {
    return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE;
  }

  /** Since when it is refused for good; far in the future if it never will be. */
  Instant overSince() {
    var revoked = revokedAt == null ? Instant.MAX : revokedAt;
    var expired = expiresAt == null ? Instant.MAX : expiresAt;
    return revoked.isBefore(expired) ? revoked : expired;
  }

  boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  ApiKey revoked(Instant at) {
    return new ApiKey(id, name, tenant, tenantNumber, scopes, createdAt, expiresAt, at, lastUsedAt);
  }

  ApiKey used(@Nullable Instant at) {
    return new ApiKey(id, name, tenant, tenantNumber, scopes, createdAt, expiresAt, revokedAt, at);
  }
}
