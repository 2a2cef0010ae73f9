package dev.raincheck.server.auth;

import dev.raincheck.server.config.AuthConfig;
import dev.raincheck.server.config.EgressConfig;
import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.server.config.RateLimit;
import dev.raincheck.server.egress.NameResolver;
import dev.raincheck.tenant.Scopes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A server that takes the tokens of one issuer; it knows the tenant acme. */
final class JwtHouse implements AutoCloseable {
  final House house;
  final Jwts jwts;
  private final String issuer;

  JwtHouse(JwtIssuer trusted) throws IOException {
    this(trusted, RateLimit.DEFAULT);
  }

  JwtHouse(JwtIssuer trusted, RateLimit limit) throws IOException {
    issuer = trusted.issuer();
    var made = new AtomicReference<Jwts>();
    house =
        new House(
            true,
            limit,
            building -> {
              made.set(
                  new Jwts(
                      new AuthConfig(List.of(trusted)), EgressConfig.DEFAULT, building.keys.tenants(),
                      "test", NameResolver.system(), building.clock, AuthListener.NONE));
              return made.get();
            });
    jwts = made.get();
    house.key("acme", Scopes.READ); // makes the tenant
  }

  /** What a good token says, at the time of the house. */
  String claims() {
    return claims("");
  }

  /**
   * @param more members, each with a comma before it; they must not be among the usual ones
   */
  String claims(String more) {
    return "{\"iss\":\"%s\",\"sub\":\"alice\",\"aud\":\"raincheck\",\"exp\":%d,\"org\":\"acme\",\"scope\":\"openid operations:read\"%s}"
        .formatted(issuer, now() + 300, more);
  }

  /** The usual claims with one taken out, and perhaps another text in its place. */
  String claimsBut(String name, String instead) {
    var all =
        claims()
            .replaceFirst(",?\"%s\":(\"[^\"]*\"|[0-9]+)".formatted(name), "")
            .replace("{,", "{");
    return instead.isEmpty() ? all : all.replaceFirst("}$", ",\"%s\":%s}".formatted(name, instead));
  }

  long now() {
    return house.clock.instant().getEpochSecond();
  }

  House.Answered whoami(String token) throws IOException {
    return house.main("GET /whoami", "Authorization: Bearer " + token);
  }

  @Override
  public void close() {
    house.close();
    jwts.close();
  }
}
