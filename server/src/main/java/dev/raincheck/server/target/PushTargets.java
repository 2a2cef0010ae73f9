package dev.raincheck.server.target;

import dev.raincheck.operation.Handler;
import dev.raincheck.server.config.EgressConfig;
import dev.raincheck.server.config.TargetAuth;
import dev.raincheck.server.config.TargetConfig;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressLimits;
import dev.raincheck.server.egress.EgressPolicy;
import dev.raincheck.server.egress.NameResolver;
import dev.raincheck.server.egress.Url;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The targets of a configuration, and the one client that calls them all. */
public final class PushTargets implements AutoCloseable {
  /** For one request for a token; callers give up at their own time-outs. */
  private static final Duration TOKEN_WITHIN = Duration.ofSeconds(15);

  private final EgressClient egress;
  private final TargetClient client;
  private final CallbackUrls callbacks;
  private final InstantSource clock;
  private final RandomGenerator dice;

  /**
   * Starts the client. Ask for handlers next, and close it after the engine.
   *
   * @param targets all that {@link #handler} will be asked for: their own hosts may be private
   * @param publicUrl the base of our URLs, without a slash at the end
   * @param version for {@code User-Agent}
   * @param dice for span ids; safe for several threads
   */
  public PushTargets(
      EgressConfig rules,
      Collection<TargetConfig> targets,
      Supplier<URI> publicUrl,
      CallbackTokens tokens,
      String version,
      NameResolver names,
      InstantSource clock,
      RandomGenerator dice) {
    var policy = EgressPolicy.forOperator(rules.allowed(), urls(targets));
    this.egress = new EgressClient(policy, EgressLimits.DEFAULT, names, version, Optional.empty());
    this.client = new TargetClient(egress, clock);
    this.callbacks = new CallbackUrls(publicUrl, tokens);
    this.clock = clock;
    this.dice = dice;
  }

  /**
   * What performs operations of a type with this target.
   *
   * @param answerWithin until the target has answered
   */
  public Handler handler(TargetConfig target, Duration answerWithin) {
    var headers = new ArrayList<EgressHeader>();
    target.headers().forEach((name, value) -> headers.add(new EgressHeader(name, value.reveal())));
    var push =
        new PushTarget(
            url(target.url()),
            target.method().name(),
            headers,
            credentials(target.auth()),
            answerWithin,
            target.responseBytesMax());
    return new PushHandler(push, client, callbacks, clock, dice);
  }

  private Credentials credentials(TargetAuth auth) {
    return switch (auth) {
      case TargetAuth.None _ -> new Credentials.None();
      case TargetAuth.Header(var name, var value) -> new Credentials.Header(name, value);
      case TargetAuth.OAuth2(var tokenUrl, var id, var secret, var scope) ->
          new Credentials.OAuth2(
              new AccessTokens(
                  new AccessTokens.Client(
                      url(tokenUrl),
                      id,
                      secret,
                      scope,
                      AccessTokens.Authentication.BASIC,
                      TOKEN_WITHIN),
                  egress,
                  clock));
    };
  }

  private static List<Url> urls(Collection<TargetConfig> targets) {
    var urls = new ArrayList<Url>();
    for (TargetConfig target : targets) {
      urls.add(url(target.url()));
      if (target.auth() instanceof TargetAuth.OAuth2 oauth) urls.add(url(oauth.tokenUrl()));
    }
    return urls;
  }

  private static Url url(URI configured) {
    return switch (Url.parse(configured.toString())) {
      case Url.Parsed.Ok(var url) -> url;
      case Url.Parsed.Bad(var fault) ->
          throw new IllegalArgumentException(
              "the URL " + configured + " cannot be used: " + fault.reason());
    };
  }

  @Override
  public void close() {
    egress.close();
  }
}
