package dev.raincheck.server.operation;

import dev.raincheck.server.auth.Caller;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.Refusal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What these routes ask about who asks; answered by whoever authenticates. */
public interface Callers {

  /** Callers that {@link dev.raincheck.server.auth.KeyAuthentication} has recognized. */
  Callers BY_KEY =
      new Callers() {
        @Override
        public int tenant(Principal who) {
          return ((Caller) who).tenant();
        }

        @Override
        public @Nullable Permit beginWait(Principal who) {
          var place = ((Caller) who).quota().tryWait();
          return place.isPresent() ? place.get()::close : null;
        }

        @Override
        public Optional<Refusal> overQuota(Principal who) {
          return ((Caller) who).overQuota();
        }

        @Override
        public @Nullable Instant endOf(Principal who) {
          return ((Caller) who).principal().expiresAt();
        }
      };

  /** The tenant's number: it comes from the credential, never from a request. */
  int tenant(Principal who);

  /**
   * Begins one of the waits that a credential may have at a time.
   *
   * @return null if as many wait as may: then this one is answered at once
   */
  @Nullable Permit beginWait(Principal who);

  /** The 429 for this request, if it is one too many; told after every other refusal. */
  Optional<Refusal> overQuota(Principal who);

  /** When the credential itself ends; null if it never does. */
  @Nullable Instant endOf(Principal who);

  /** The right to one wait. */
  @FunctionalInterface
  interface Permit {
    /** Gives it back. Called exactly once. */
    void end();
  }
}
