package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.Problem;
import java.net.URI;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it goes over the wire: here refusals become problem+json, and every answer gets what
 * every answer has.
 */
@SuppressWarnings("ArrayRecordComponent")
record Outgoing(
    int status,
    List<Header> headers,
    @Nullable String contentType,
    byte[] body,
    @Nullable Download download,
    @Nullable String code,
    boolean outcomeKnown) {

  private static final HttpField NOSNIFF =
      new PreEncodedHttpField(HeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField BEARER =
      new PreEncodedHttpField(HttpHeader.WWW_AUTHENTICATE, "Bearer");
  private static final HttpField RETRY_SOON = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final HttpField ACCEPTED =
      new PreEncodedHttpField(HeaderNames.RAINCHECK_OUTCOME, "accepted");
  private static final HttpField NOT_ACCEPTED =
      new PreEncodedHttpField(HeaderNames.RAINCHECK_OUTCOME, "not-accepted");
  static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");

  private static final byte[] NOTHING = {};

  /** Bytes of the body, whether or not it is sent. */
  long length() {
    return download == null ? body.length : download.length();
  }

  static Outgoing of(Answer.Now answer, URI publicBaseUrl, String requestId) {
    return switch (answer) {
      case Response(int status, var headers, var contentType, byte[] body) ->
          new Outgoing(status, headers, contentType, body, null, null, status < 300);
      case Download download ->
          new Outgoing(
              download.status(), download.headers(), download.contentType(), NOTHING, download, null, true);
      case Refusal refusal -> {
        var problem = refusal.toProblem(publicBaseUrl, requestId);
        yield new Outgoing(
            refusal.status(),
            refusal.headers(),
            Problem.MEDIA_TYPE,
            ProblemJson.write(problem),
            null,
            refusal.code(),
            refusal.outcomeKnown());
      }
    };
  }

  /**
   * Writes the headers.
   *
   * @param route that was found, or null
   */
  void head(HttpFields.Mutable fields, String requestId, @Nullable Route route) {
    fields.add(HeaderNames.REQUEST_ID, requestId);
    fields.add(NOSNIFF);
    boolean cacheControl = false;
    boolean retryAfter = false;
    boolean challenge = false;
    for (var header : headers) {
      fields.add(header.name(), header.value());
      cacheControl |= header.name().equals(HeaderNames.CACHE_CONTROL);
      retryAfter |= header.name().equals(HeaderNames.RETRY_AFTER);
      challenge |= header.name().equals(HeaderNames.WWW_AUTHENTICATE);
    }
    if (!cacheControl) fields.add(NO_STORE);
    if (!retryAfter && (status == 429 || status == 503)) fields.add(RETRY_SOON);
    if (!challenge && status == 401) fields.add(BEARER);
    if (route != null && route.vary() != null) {
      // In one line with what was said for all routes, because not every client reads two.
      var more = fields.get(HttpHeader.VARY);
      fields.put(HttpHeader.VARY, more == null ? route.vary() : route.vary() + ", " + more);
    }
    if (route != null && route.creating() && outcomeKnown) {
      fields.add(status < 300 ? ACCEPTED : NOT_ACCEPTED);
    }
    if (contentType != null) {
      if (contentType.equals(JSON.getValue())) {
        fields.add(JSON);
      } else {
        fields.add(HttpHeader.CONTENT_TYPE, contentType);
      }
    }
  }
}
