package dev.raincheck.server.auth;

import dev.raincheck.server.http.Request;
import java.util.regex.Pattern;

/**
 * Whether a request was meant for this machine by its {@code Host}. A browser on this machine can
 * be made to send requests to loopback by a page whose name resolves to it, but not under a name of
 * ours.
 */
final class LocalHost {
  private static final Pattern NAME =
      Pattern.compile(
          "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

  private LocalHost() {}

  static boolean isNamedBy(Request request) {
    var hosts = request.headers("Host");
    return hosts.size() == 1 && isLocal(hosts.getFirst());
  }

  static boolean isLocal(String host) {
    return NAME.matcher(host).matches();
  }
}
