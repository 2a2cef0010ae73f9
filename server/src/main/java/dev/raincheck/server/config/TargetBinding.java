package dev.raincheck.server.config;

import dev.raincheck.server.config.TargetConfig.Method;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Reads {@code target}: a URL, or a mapping with more to say. */
final class TargetBinding {
  /** Stands in for what was refused, so that the rest of the file is still checked. */
  private static final URI NOWHERE = URI.create("http://invalid.invalid");

  private static final Secret NOTHING = new Secret("refused");

  private static final Optional<TargetAuth> NO_AUTH = Optional.empty();

  private TargetBinding() {}

  static TargetConfig bind(Section type) {
    var found = type.find("target");
    if (found.isPresent() && !(found.get().value() instanceof Tree.Scalar)) {
      return bindMapping(type.section("target"));
    }
    var url = type.requiredUrl("target");
    return type.build(() -> TargetConfig.of(url.orElse(NOWHERE)), TargetConfig.of(NOWHERE));
  }

  private static TargetConfig bindMapping(Section target) {
    var url = target.requiredUrl("url").orElse(NOWHERE);
    var method =
        target.parsed("method", Method.POST, TargetBinding::method, "must be POST, PUT or PATCH");
    Map<String, Secret> headers = target.secrets("headers");
    var auth = auth(target.section("auth"));
    long bytes = target.whole("response_bytes", TargetConfig.RESPONSE_BYTES);
    return target.build(
        () -> new TargetConfig(url, method, headers, auth, bytes), TargetConfig.of(NOWHERE));
  }

  private static TargetAuth auth(Section auth) {
    var header = auth.says("header") ? Optional.of(header(auth.section("header"))) : NO_AUTH;
    var oauth2 = auth.says("oauth2") ? Optional.of(oauth2(auth.section("oauth2"))) : NO_AUTH;
    if (header.isPresent() && oauth2.isPresent()) {
      auth.error("oauth2", "cannot stand beside header", "choose one");
    }
    return header.or(() -> oauth2).orElseGet(TargetAuth.None::new);
  }

  private static Optional<Method> method(String text) {
    return Arrays.stream(Method.values()).filter(method -> method.name().equals(text)).findFirst();
  }

  private static TargetAuth header(Section header) {
    var name = header.required("name", "give a header such as Authorization");
    var value = header.requiredSecret("value");
    return header.build(
        () -> new TargetAuth.Header(name.orElse("Authorization"), value.orElse(NOTHING)),
        new TargetAuth.None());
  }

  private static TargetAuth oauth2(Section oauth2) {
    var url = oauth2.requiredUrl("token_url").orElse(NOWHERE);
    var id = oauth2.required("client_id", "give the id that the token server knows");
    var secret = oauth2.requiredSecret("client_secret").orElse(NOTHING);
    Optional<String> scope = oauth2.text("scope");
    return oauth2.build(
        () -> new TargetAuth.OAuth2(url, id.orElse("refused"), secret, scope),
        new TargetAuth.None());
  }
}
