package dev.raincheck.server.config;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The HTTP address that performs a type's operations. How long it may take is in {@link Timeouts}.
 *
 * @param url absolute, {@code http} or {@code https}
 * @param headers sent with every call, beside the contract's own; values may be secrets
 * @param responseBytesMax a longer answer is {@code target_response_too_large}
 */
public record TargetConfig(
    URI url, Method method, Map<String, Secret> headers, TargetAuth auth, long responseBytesMax) {
  static final int HEADERS_MAX = 50;
  static final int RESPONSE_BYTES = 16 * 1024 * 1024;
  static final long RESPONSE_BYTES_CEILING = InputConfig.BYTES_CEILING;

  /** The methods that carry an input. */
  public enum Method {
    POST,
    PUT,
    PATCH
  }

  public TargetConfig {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    var checks =
        new Checks()
            .rule("url", Urls.isHttp(url), url, Urls.RULE)
            .rule("headers", headers.size() <= HEADERS_MAX, headers.size(), "has more than 50")
            .range("response_bytes", responseBytesMax, 1, RESPONSE_BYTES_CEILING);
    headers.forEach(
        (name, value) ->
            checks
                .rule("headers." + name, HeaderNames.mayBeSet(name), "", HeaderNames.RULE)
                .rule(
                    "headers." + name,
                    HeaderNames.isValue(value.reveal()),
                    value,
                    HeaderNames.VALUE_RULE));
    checks.done();
  }

  /** A {@code POST} to a URL, with all defaults. */
  public static TargetConfig of(URI url) {
    return new TargetConfig(url, Method.POST, Map.of(), new TargetAuth.None(), RESPONSE_BYTES);
  }
}
