package dev.raincheck.server.http;

import dev.raincheck.protocol.ProblemCode;

/**
 * The one exception that a route may throw on purpose. It becomes problem+json in exactly one
 * place. Without a stack trace, because refusing must stay cheap when many are refused.
 */
public final class RefusedException extends RuntimeException {
  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.code() + ": " + refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  public RefusedException(ProblemCode code, String detail) {
    this(Refusal.of(code, detail));
  }

  public Refusal refusal() {
    return refusal;
  }
}
