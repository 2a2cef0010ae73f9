package dev.raincheck.server.golden;

import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.tenant.Scopes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Those who call in golden files, by the word after {@code Bearer}. */
record GoldenCaller(String id, int tenant, Scopes scopes) implements Principal {

  private static final Map<String, GoldenCaller> ALL =
      Map.of(
          "everything", new GoldenCaller("everything", 1, Scopes.ALL),
          "other-tenant", new GoldenCaller("other-tenant", 2, Scopes.ALL),
          "reader", new GoldenCaller("reader", 1, Scopes.of(List.of(Scopes.READ))),
          "reporter",
              new GoldenCaller(
                  "reporter", 1, Scopes.of(List.of(Scopes.SUBMIT + ":report.generate"))),
          "crowded", new GoldenCaller("crowded", 1, Scopes.ALL),
          "over-quota", new GoldenCaller("over-quota", 1, Scopes.ALL));

  /** May wait, unless crowded; may ask, unless over the quota. */
  static final Callers CALLERS =
      new Callers() {
        @Override
        public int tenant(Principal who) {
          return ((GoldenCaller) who).tenant();
        }

        @Override
        public @Nullable Permit beginWait(Principal who) {
          return who.id().equals("crowded") ? null : () -> {};
        }

        @Override
        public Optional<Refusal> overQuota(Principal who) {
          return who.id().equals("over-quota")
              ? Optional.of(
                  Refusal.of(ProblemCode.QUOTA_EXCEEDED, "Too many requests.")
                      .header("Retry-After", "7"))
              : Optional.empty();
        }

        @Override
        public @Nullable Instant endOf(Principal who) {
          return null;
        }
      };

  /** Somebody who holds a ticket of this caller. */
  static Optional<GoldenCaller> holder(String maker, int tenant, Scopes scopes, Instant until) {
    return of(maker)
        .filter(caller -> caller.tenant() == tenant)
        .map(caller -> new GoldenCaller(maker, tenant, scopes));
  }

  static Optional<GoldenCaller> of(String word) {
    return Optional.ofNullable(ALL.get(word));
  }

  @Override
  public boolean allows(String scope) {
    return scopes.allows(scope);
  }
}
