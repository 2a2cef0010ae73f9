package dev.raincheck.protocol;

/** The names of the headers that Raincheck reads and writes, as they are spelled on the wire. */
public final class HeaderNames {
  public static final String ACCEPT = "Accept";
  public static final String ACCEPT_POST = "Accept-Post";
  public static final String ACCEPT_RANGES = "Accept-Ranges";
  public static final String ALLOW = "Allow";
  public static final String AUTHORIZATION = "Authorization";
  public static final String CACHE_CONTROL = "Cache-Control";
  public static final String CAUSATION_ID = "Causation-Id";
  public static final String CONNECTION = "Connection";
  public static final String CONTENT_DIGEST = "Content-Digest";
  public static final String CONTENT_DISPOSITION = "Content-Disposition";
  public static final String CONTENT_ENCODING = "Content-Encoding";
  public static final String CONTENT_LENGTH = "Content-Length";
  public static final String CONTENT_RANGE = "Content-Range";
  public static final String CONTENT_TYPE = "Content-Type";
  public static final String CORRELATION_ID = "Correlation-Id";
  public static final String ETAG = "ETag";
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  public static final String IDEMPOTENCY_REPLAYED = "Idempotency-Replayed";
  public static final String IF_MATCH = "If-Match";
  public static final String IF_NONE_MATCH = "If-None-Match";
  public static final String IF_RANGE = "If-Range";
  public static final String LAST_EVENT_ID = "Last-Event-ID";
  public static final String LAST_MODIFIED = "Last-Modified";
  public static final String LINK = "Link";
  public static final String LOCATION = "Location";
  public static final String OPERATION_LOCATION = "Operation-Location";
  public static final String PREFER = "Prefer";
  public static final String PREFERENCE_APPLIED = "Preference-Applied";
  public static final String RAINCHECK_ATTEMPT = "Raincheck-Attempt";
  public static final String RAINCHECK_CALLBACK_URL = "Raincheck-Callback-Url";
  public static final String RAINCHECK_DEADLINE = "Raincheck-Deadline";
  public static final String RAINCHECK_DEADLINE_AT = "Raincheck-Deadline-At";
  public static final String RAINCHECK_EPOCH = "Raincheck-Epoch";
  public static final String RAINCHECK_OPERATION_ID = "Raincheck-Operation-Id";
  public static final String RAINCHECK_OUTCOME = "Raincheck-Outcome";
  public static final String RAINCHECK_RUN_AT = "Raincheck-Run-At";
  public static final String RAINCHECK_TAGS = "Raincheck-Tags";
  public static final String RAINCHECK_TYPE = "Raincheck-Type";
  public static final String RANGE = "Range";
  public static final String RATE_LIMIT = "RateLimit";
  public static final String RATE_LIMIT_POLICY = "RateLimit-Policy";
  public static final String REPR_DIGEST = "Repr-Digest";
  public static final String REQUEST_ID = "Request-Id";
  public static final String RETRY_AFTER = "Retry-After";
  public static final String TRACEPARENT = "traceparent";
  public static final String TRANSFER_ENCODING = "Transfer-Encoding";
  public static final String USER_AGENT = "User-Agent";
  public static final String VARY = "Vary";
  public static final String WWW_AUTHENTICATE = "WWW-Authenticate";
  public static final String X_CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";

  private HeaderNames() {}
}
