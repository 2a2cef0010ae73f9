package dev.raincheck.server.operation;

import dev.raincheck.server.http.Principal;
import org.jspecify.annotations.Nullable;

/** What these routes ask about who asks; answered by whoever authenticates. */
public interface Callers {

  /** The tenant's number: it comes from the credential, never from a request. */
  int tenant(Principal who);

  /**
   * Begins one of the waits that a credential may have at a time.
   *
   * @return null if as many wait as may: then this one is answered at once
   */
  @Nullable Permit beginWait(Principal who);

  /** The right to one wait. */
  @FunctionalInterface
  interface Permit {
    /** Gives it back. Called exactly once. */
    void end();
  }
}
