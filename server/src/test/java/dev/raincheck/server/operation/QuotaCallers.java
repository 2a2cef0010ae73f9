package dev.raincheck.server.operation;

import dev.raincheck.server.auth.Caller;
import dev.raincheck.server.auth.WaitPermit;
import dev.raincheck.server.http.Principal;
import org.jspecify.annotations.Nullable;

/** Callers as API keys know them. */
final class QuotaCallers implements Callers {
  @Override
  public int tenant(Principal who) {
    return ((Caller) who).tenant();
  }

  @Override
  public @Nullable Permit beginWait(Principal who) {
    return ((Caller) who).quota().tryWait().<Permit>map(permit -> permit::close).orElse(null);
  }
}
