package dev.raincheck.server.target;

import dev.raincheck.server.config.Secret;
import dev.raincheck.server.egress.EgressAnswer;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressRequest;
import dev.raincheck.server.egress.Url;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The bearer token of one OAuth 2.0 client (RFC 6749, section 4.4). It is fetched when first
 * needed, kept until shortly before it ends, and fetched once for all who wait for it.
 */
public final class AccessTokens {
  private static final int TOKEN_ANSWER_MAX = 64 * 1024;

  /**
   * Who we are at the token endpoint.
   *
   * @param scope space-separated, or empty for the endpoint's default
   * @param within for one request to the endpoint
   */
  public record Client(
      Url tokenUrl,
      String id,
      Secret secret,
      Optional<String> scope,
      Authentication authentication,
      Duration within) {}

  /** Where the client's id and secret go. */
  public enum Authentication {
    /** HTTP Basic, which every endpoint must support. */
    BASIC,
    /** In the form, for endpoints that support only this. */
    FORM
  }

  /** What asking gave. */
  sealed interface Grant {
    record Token(Secret value, Instant until) implements Grant {}

    record Refused(TargetAnswer answer) implements Grant {}
  }

  private final Client client;
  private final EgressClient egress;
  private final InstantSource clock;
  private final AtomicReference<@Nullable CompletableFuture<Grant>> latest =
      new AtomicReference<>();

  public AccessTokens(Client client, EgressClient egress, InstantSource clock) {
    this.client = client;
    this.egress = egress;
    this.clock = clock;
  }

  /** The token in use, or the one that is being fetched, or a new one. */
  CompletionStage<Grant> current() {
    while (true) {
      CompletableFuture<Grant> known = latest.get();
      if (known != null && isGood(known)) return known.minimalCompletionStage();
      var fresh = new CompletableFuture<Grant>();
      if (latest.compareAndSet(known, fresh)) {
        fetch(fresh);
        return fresh.minimalCompletionStage();
      }
    }
  }

  private boolean isGood(CompletableFuture<Grant> known) {
    return !known.isDone()
        || known.getNow(null) instanceof Grant.Token(_, var until)
            && clock.instant().isBefore(until);
  }

  /** A target did not take this token. Of many who say so of it, only the first counts. */
  void reject(Grant.Token token) {
    CompletableFuture<Grant> known = latest.get();
    if (known != null && known.isDone() && known.getNow(null) == token) {
      latest.compareAndSet(known, null);
    }
  }

  private void fetch(CompletableFuture<Grant> fresh) {
    var _ =
        egress
            .send(request())
            .answer()
            .thenAccept(answer -> fresh.complete(TokenAnswer.read(answer, clock.instant())))
            .exceptionally(
                failure -> {
                  fresh.completeExceptionally(failure);
                  return null;
                });
  }

  private EgressRequest request() {
    var form = new StringBuilder("grant_type=client_credentials");
    client.scope().ifPresent(scope -> form.append("&scope=").append(encoded(scope)));
    String id = encoded(client.id());
    String secret = encoded(client.secret().reveal());
    var accept = new EgressHeader("Accept", "application/json");
    List<EgressHeader> headers =
        switch (client.authentication()) {
          case BASIC -> List.of(accept, new EgressHeader("Authorization", basic(id, secret)));
          case FORM -> {
            form.append("&client_id=").append(id).append("&client_secret=").append(secret);
            yield List.of(accept);
          }
        };
    return new EgressRequest(
        "POST",
        client.tokenUrl(),
        headers,
        Optional.of(
            new EgressRequest.Bytes(
                form.toString().getBytes(StandardCharsets.US_ASCII),
                Optional.of("application/x-www-form-urlencoded"))),
        /* once= */ false,
        client.within(),
        TOKEN_ANSWER_MAX,
        TOKEN_ANSWER_MAX);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String basic(String id, String secret) {
    byte[] pair = (id + ":" + secret).getBytes(StandardCharsets.US_ASCII);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
