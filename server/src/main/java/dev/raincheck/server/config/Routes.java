package dev.raincheck.server.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which paths an operation type may declare. */
final class Routes {
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,10}");
  private static final int LENGTH_MAX = 200;

  /** Paths that are ours, now or later. */
  private static final List<String> RESERVED =
      List.of(
          "/v1/operations",
          "/v1/operation-types",
          "/v1/events",
          "/v1/stream",
          "/v1/callbacks",
          "/v1/webhook-endpoints",
          "/v1/messages",
          "/v1/dead-letters",
          "/v1/event-types",
          "/v1/event-streams",
          "/v1/admin",
          "/v1/schedules",
          "/v1/subscriptions",
          "/v1/sagas",
          "/v1/signals",
          "/v1/queues",
          "/v1/workers",
          "/v1/tickets",
          "/v1/blobs",
          "/v1/schemas",
          "/healthz",
          "/readyz",
          "/metrics",
          "/openapi.json",
          "/asyncapi.json",
          "/.well-known",
          "/problems",
          "/console",
          "/tenants");

  private Routes() {}

  /** Why a path cannot be a route; empty when it can. */
  static Optional<String> fault(String path) {
    var reserved = RESERVED.stream().filter(prefix -> isUnder(path, prefix)).findFirst();
    if (reserved.isPresent()) return Optional.of("must not begin with " + reserved.get());

    if (path.length() > LENGTH_MAX || !PATH.matcher(path).matches()) {
      return Optional.of(
          "must be a path such as /v1/reports: at most 10 segments of letters, digits, '-', '_',"
              + " '.', '~', without a slash at the end");
    }
    return path.equals("/v1") ? Optional.of("must have a segment after /v1") : Optional.empty();
  }

  private static boolean isUnder(String path, String prefix) {
    return path.equals(prefix) || path.startsWith(prefix + "/") || path.startsWith(prefix + ":");
  }
}
