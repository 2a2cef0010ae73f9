package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * What lets pages of other origins read our answers (Fetch, section 3.2). Cookies mean nothing here,
 * so credentials are never allowed: a page sends {@code Authorization} itself, or a ticket.
 *
 * @param origins exactly as browsers send them; without any, nothing is said at all
 * @param maxAge how long a preflight's answer may be remembered
 */
public record Cors(Set<String> origins, Duration maxAge) {
  public static final Cors NONE = new Cors(Set.of(), Duration.ZERO);

  private static final HttpField VARY =
      new PreEncodedHttpField(HttpHeader.VARY, HttpHeader.ORIGIN.asString());

  private static final HttpField EXPOSED =
      new PreEncodedHttpField(
          "Access-Control-Expose-Headers",
          String.join(
              ", ",
              HeaderNames.LOCATION, HeaderNames.OPERATION_LOCATION, HeaderNames.ETAG,
              HeaderNames.RETRY_AFTER, HeaderNames.LINK, HeaderNames.ALLOW,
              HeaderNames.ACCEPT_POST, HeaderNames.ACCEPT_RANGES, HeaderNames.CONTENT_RANGE,
              HeaderNames.CONTENT_DISPOSITION, HeaderNames.CONTENT_DIGEST,
              HeaderNames.REPR_DIGEST, HeaderNames.PREFERENCE_APPLIED,
              HeaderNames.IDEMPOTENCY_REPLAYED, HeaderNames.RAINCHECK_OUTCOME,
              HeaderNames.REQUEST_ID, HeaderNames.RATE_LIMIT, HeaderNames.RATE_LIMIT_POLICY,
              HeaderNames.TRACEPARENT, HeaderNames.WWW_AUTHENTICATE));

  /** Every request header that the contract knows. */
  private static final String ASKED =
      String.join(
          ", ",
          HeaderNames.AUTHORIZATION, HeaderNames.ACCEPT, HeaderNames.CONTENT_TYPE,
          HeaderNames.IDEMPOTENCY_KEY, HeaderNames.PREFER, HeaderNames.IF_MATCH,
          HeaderNames.IF_NONE_MATCH, HeaderNames.IF_RANGE, HeaderNames.RANGE,
          HeaderNames.LAST_EVENT_ID, HeaderNames.CORRELATION_ID, HeaderNames.REQUEST_ID,
          HeaderNames.TRACEPARENT, "tracestate", HeaderNames.RAINCHECK_RUN_AT,
          HeaderNames.RAINCHECK_DEADLINE, HeaderNames.RAINCHECK_TAGS);

  public Cors {
    origins = Set.copyOf(origins);
  }

  /** Adds to an answer what its reader's browser looks for; before anything else is known of it. */
  void mark(HttpFields asked, HttpFields.Mutable answer) {
    if (origins.isEmpty()) return;
    answer.add(VARY); // On all, because a cache gives one page's answer to another's.
    var sent = asked.getValuesList(HttpHeader.ORIGIN);
    if (sent.size() != 1 || !origins.contains(sent.getFirst())) return;
    answer.add("Access-Control-Allow-Origin", sent.getFirst());
    answer.add(EXPOSED);
  }

  /**
   * What a preflight is told beside {@code Allow}; the origin has been marked already.
   *
   * @param allow the methods of the resource
   */
  List<Header> preflight(Request request, String allow) {
    var sent = request.headers(HttpHeader.ORIGIN.asString());
    boolean preflight = !request.headers("Access-Control-Request-Method").isEmpty();
    if (!preflight || sent.size() != 1 || !origins.contains(sent.getFirst())) return List.of();
    return List.of(
        new Header("Access-Control-Allow-Methods", allow),
        new Header("Access-Control-Allow-Headers", ASKED),
        new Header("Access-Control-Max-Age", Long.toString(maxAge.toSeconds())));
  }
}
