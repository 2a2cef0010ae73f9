package dev.raincheck.server.auth;

import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.server.egress.EgressAnswer;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressRequest;
import dev.raincheck.server.egress.Url;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads an issuer's keys from where the issuer has them, without blocking. */
final class KeySource {
  static final int SET_BYTES_MAX = 256 << 10;
  private static final int DISCOVERY_BYTES_MAX = 64 << 10;
  private static final int EXCERPT_BYTES_MAX = 1_024;
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private final JwtIssuer issuer;
  private final EgressClient egress;
  private volatile @Nullable Url found;

  KeySource(JwtIssuer issuer, EgressClient egress) {
    this.issuer = issuer;
    this.egress = egress;
  }

  /** What reading gave. */
  sealed interface Read {
    record Keys(KeySet set) implements Read {}

    /**
     * @param why for the operator's log
     */
    record Failed(String why) implements Read {}
  }

  /** Never completes exceptionally. */
  CompletionStage<Read> read() {
    var known = found;
    if (issuer.keysUrl().isPresent()) {
      return keysAt(url(issuer.keysUrl().get().toString()).orElseThrow());
    }
    if (known != null) return keysAt(known).thenApply(this::forgetIfFailed);
    var discovery = url(issuer.discoveryUrl().toString()).orElseThrow();
    return get(discovery, DISCOVERY_BYTES_MAX)
        .thenCompose(
            answer ->
                switch (body(discovery, answer)) {
                  case Body.Missing(var why) -> failed(why);
                  case Body.Bytes(var bytes) -> discovered(discovery, bytes);
                });
  }

  private CompletionStage<Read> discovered(Url discovery, byte[] document) {
    if (!(Json.read(document) instanceof Reading.Value(var root)) || !root.isObject()) {
      return failed("%s is no JSON object".formatted(discovery));
    }
    var named = root.path("issuer");
    if (!named.isString() || !named.stringValue().equals(issuer.issuer())) {
      return failed("%s is the configuration of another issuer".formatted(discovery));
    }
    var address = root.path("jwks_uri");
    var url = address.isString() ? url(address.stringValue()) : Optional.<Url>empty();
    if (url.isEmpty()) return failed("%s has no usable jwks_uri".formatted(discovery));
    if (discovery.scheme().equals("https") && !url.get().scheme().equals("https")) {
      return failed("%s has a jwks_uri without https".formatted(discovery));
    }
    return keysAt(url.get())
        .thenApply(
            read -> {
              if (read instanceof Read.Keys) found = url.get();
              return read;
            });
  }

  /** The keys may have moved: the next time the issuer is asked where they are. */
  private Read forgetIfFailed(Read read) {
    if (read instanceof Read.Failed) found = null;
    return read;
  }

  private CompletionStage<Read> keysAt(Url url) {
    return get(url, SET_BYTES_MAX)
        .thenApply(
            answer ->
                switch (body(url, answer)) {
                  case Body.Missing(var why) -> new Read.Failed(why);
                  case Body.Bytes(var bytes) ->
                      KeySet.read(bytes)
                          .<Read>map(Read.Keys::new)
                          .orElseGet(() -> new Read.Failed("%s is no JWK set".formatted(url)));
                });
  }

  private CompletionStage<EgressAnswer> get(Url url, int bytesMax) {
    var accept = List.of(new EgressHeader("Accept", "application/json"));
    return egress
        .send(
            new EgressRequest(
                "GET", url, accept, Optional.empty(), false, WITHIN, bytesMax, EXCERPT_BYTES_MAX))
        .answer();
  }

  private sealed interface Body {
    record Bytes(byte[] bytes) implements Body {}

    record Missing(String why) implements Body {}
  }

  private static Body body(Url url, EgressAnswer answer) {
    return switch (answer) {
      case EgressAnswer.Answered(int status, var _, var bytes, boolean cut, boolean _) -> {
        if (status != 200) yield new Body.Missing("%s answers %d".formatted(url, status));
        yield cut ? new Body.Missing("%s is too long".formatted(url)) : new Body.Bytes(bytes);
      }
      case EgressAnswer.Blocked() ->
          new Body.Missing("%s may not be called; see egress.allow".formatted(url));
      case EgressAnswer.Failed(var fault) ->
          new Body.Missing("%s cannot be reached: %s".formatted(url, fault));
      case EgressAnswer.Canceled() -> new Body.Missing("the server is stopping");
    };
  }

  private static CompletionStage<Read> failed(String why) {
    return CompletableFuture.completedStage(new Read.Failed(why));
  }

  private static Optional<Url> url(String text) {
    return Url.parse(text) instanceof Url.Parsed.Ok(var url) ? Optional.of(url) : Optional.empty();
  }
}
