package dev.raincheck.server.target;

import java.net.URI;
import java.util.function.Supplier;

/**
 * Where targets call back.
 *
 * @param publicUrl without a slash at the end; asked for at each call, because it may hold a port
 *     that is known only when the server listens
 */
record CallbackUrls(Supplier<URI> publicUrl, CallbackTokens tokens) {
  static final String PATH = "/v1/callbacks/";

  String of(CallbackToken token) {
    return publicUrl.get() + PATH + tokens.text(token);
  }
}
