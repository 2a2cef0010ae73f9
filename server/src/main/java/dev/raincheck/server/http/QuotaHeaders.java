package dev.raincheck.server.http;

import java.util.List;

/** {@code RateLimit} and {@code RateLimit-Policy} for an authenticated answer. */
@FunctionalInterface
public interface QuotaHeaders {
  QuotaHeaders NONE = principal -> List.of();

  /** Asked when the answer is about to leave, refusals included. Must not block. */
  List<Header> of(Principal principal);
}
