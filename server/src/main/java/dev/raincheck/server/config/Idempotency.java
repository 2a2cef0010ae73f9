package dev.raincheck.server.config;

/** How a type treats {@code Idempotency-Key}. */
public record Idempotency(Policy policy, Fingerprint fingerprint) {
  public static final Idempotency DEFAULT = new Idempotency(Policy.OPTIONAL, Fingerprint.RAW);

  public enum Policy {
    OPTIONAL,
    /** A submit without a key is refused with {@code idempotency_key_required}. */
    REQUIRED
  }

  /** What makes two requests with one key the same request. */
  public enum Fingerprint {
    /** The same bytes. */
    RAW,
    /** The same JSON value (RFC 8785). */
    JCS,
    /** Always the same: the key alone decides. */
    NONE
  }
}
