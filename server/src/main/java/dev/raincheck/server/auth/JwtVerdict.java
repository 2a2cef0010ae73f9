package dev.raincheck.server.auth;

import dev.raincheck.tenant.Principal;

/** What a presented token turns out to be. */
sealed interface JwtVerdict {
  record Known(Principal principal) implements JwtVerdict {}

  record Refused(JwtFault fault) implements JwtVerdict {}

  /** It cannot be told now: the issuer's keys are not there yet, or a tenant could not be made. */
  record Unavailable() implements JwtVerdict {}
}
