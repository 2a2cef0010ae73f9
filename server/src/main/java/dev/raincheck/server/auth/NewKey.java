package dev.raincheck.server.auth;

import dev.raincheck.server.json.Members;
import dev.raincheck.server.text.Rfc3339;
import dev.raincheck.tenant.ApiKey;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.tenant.Tenants;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code POST /v1/admin/keys} asks for. */
record NewKey(String name, String tenant, Scopes scopes, @Nullable Instant expiresAt) {
  private static final Set<String> MEMBERS = Set.of("name", "tenant", "scopes", "expires_at");

  /**
   * @throws dev.raincheck.server.http.RefusedException 400 or 422 that tells everything that is
   *     wrong
   */
  static NewKey read(JsonNode body, Instant now) {
    var members = Members.of(body, MEMBERS);
    var name = members.text("name");
    var tenant = members.text("tenant");
    var scopes = members.texts("scopes", Scopes.COUNT_MAX);
    var expiresAt = members.optionalText("expires_at");

    if (body.has("name") && !ApiKey.isName(name)) {
      members.wrong(
          "#/name", "Use 1 to %d printable characters.".formatted(ApiKey.NAME_LENGTH_MAX));
    }
    if (body.has("tenant") && !Tenants.isName(tenant)) {
      members.wrong(
          "#/tenant", "Use 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first.");
    }
    checkScopes(members, scopes);
    var end = expiresAt.flatMap(Rfc3339::parse).orElse(null);
    if (expiresAt.isPresent() && end == null) {
      members.wrong("#/expires_at", "Write a time like 2027-01-31T08:00:00Z.");
    } else if (end != null && !end.isAfter(now)) {
      members.wrong("#/expires_at", "Give a time in the future.");
    }
    members.refuseIfWrong();
    return new NewKey(name, tenant, Scopes.of(scopes), end);
  }

  private static void checkScopes(Members members, List<String> scopes) {
    for (int i = 0; i < scopes.size(); i++) {
      if (Scopes.isScope(scopes.get(i))) continue;
      members.wrong(
          "#/scopes/" + i,
          "There are operations:submit, operations:submit:<type>, operations:read,"
              + " operations:cancel and admin.");
    }
  }
}
