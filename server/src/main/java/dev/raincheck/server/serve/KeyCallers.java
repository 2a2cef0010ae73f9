package dev.raincheck.server.serve;

import dev.raincheck.server.auth.Caller;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.operation.Callers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the routes of operations who asks, from the key that was presented. */
final class KeyCallers implements Callers {
  @Override
  public int tenant(Principal who) {
    return ((Caller) who).tenant();
  }

  @Override
  public Optional<Refusal> overQuota(Principal who) {
    return ((Caller) who).overQuota();
  }

  @Override
  public @Nullable Permit beginWait(Principal who) {
    return ((Caller) who).quota().tryWait().<Permit>map(permit -> permit::close).orElse(null);
  }
}
