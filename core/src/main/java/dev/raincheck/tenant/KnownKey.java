package dev.raincheck.tenant;

import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that this node knows: what it says, how to recognize its secret, and when it was used last.
 */
final class KnownKey {
  private static final int NOTED_EVERY_SECONDS = 60;

  private final ApiKey key;
  private final byte[] hash;
  private final ApiKeys.Verdict.Known known;
  private volatile long lastUsed; // seconds, in steps, so that busy threads seldom write

  private KnownKey(ApiKey key, byte[] hash, long lastUsed) {
    this.key = key;
    this.hash = hash;
    this.lastUsed = lastUsed;
    this.known =
        new ApiKeys.Verdict.Known(
            new Principal(
                key.tenantNumber(), key.tenant(), key.id(), key.scopes(), key.expiresAt()));
  }

  static KnownKey of(Bodies.Stored stored, @Nullable KnownKey before) {
    return new KnownKey(stored.key(), stored.hash(), before == null ? 0 : before.lastUsed);
  }

  /** In a time that does not depend on how much is right. */
  boolean isSecret(byte[] presentedHash) {
    return MessageDigest.isEqual(presentedHash, hash);
  }

  /** For one who has presented the secret. */
  ApiKeys.Verdict use(Instant now) {
    var verdict = judge(now);
    if (verdict instanceof ApiKeys.Verdict.Known) note(now);
    return verdict;
  }

  /** Whether it is good now, without using it. */
  ApiKeys.Verdict judge(Instant now) {
    if (key.revokedAt() != null) return new ApiKeys.Verdict.Revoked();
    if (key.isExpired(now)) return new ApiKeys.Verdict.Expired();
    return known;
  }

  private void note(Instant now) {
    long noted = now.getEpochSecond() / NOTED_EVERY_SECONDS * NOTED_EVERY_SECONDS;
    if (lastUsed != noted) lastUsed = noted;
  }

  ApiKey key() {
    return lastUsed == 0 ? key : key.used(Instant.ofEpochSecond(lastUsed));
  }
}
