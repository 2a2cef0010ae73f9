package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.text.HttpDate;

/** What stands around the document of an operation, in one method for each kind of answer. */
final class OperationHeaders {
  static final String REVALIDATE = "private, no-cache";

  private final OperationUrls urls;
  private final Etags etags;

  OperationHeaders(OperationUrls urls, Etags etags) {
    this.urls = urls;
    this.etags = etags;
  }

  /**
   * An answer to a submit, a retry or a bulk cancel, 202 or 200: always located, never stored.
   *
   * @param retryAfter seconds; told only while the operation is not done
   */
  Response.Builder submitted(int status, Operation operation, int retryAfter) {
    var answer = changed(status, operation, retryAfter);
    return status == 202 ? answer : answer.header(HeaderNames.LOCATION, self(operation));
  }

  /** An answer to a request that changed an operation in place: located if it is a 202. */
  Response.Builder changed(int status, Operation operation, int retryAfter) {
    return pending(status, operation, retryAfter)
        .header(HeaderNames.ETAG, etags.of(operation))
        .cacheControl("no-store");
  }

  /**
   * An answer to a GET of the operation itself: 202, 200 or 304.
   *
   * @param tagged whether the document is the usual one, so that it has an ETag
   */
  Response.Builder shown(int status, Operation operation, int retryAfter, boolean tagged) {
    var answer = pending(status, operation, retryAfter);
    if (tagged) answer.header(HeaderNames.ETAG, etags.of(operation));
    return answer
        .header(HeaderNames.LAST_MODIFIED, HttpDate.format(operation.updatedAt()))
        .cacheControl(REVALIDATE);
  }

  /** What every answer that carries an operation has. A 202 that is not done is told when to ask. */
  Response.Builder pending(int status, Operation operation, int retryAfter) {
    var self = self(operation);
    var answer = Response.status(status);
    if (status == 202) answer.header(HeaderNames.LOCATION, self);
    answer.header(HeaderNames.OPERATION_LOCATION, self);
    if (!operation.done()) answer.header(HeaderNames.RETRY_AFTER, Integer.toString(retryAfter));
    return answer;
  }

  private String self(Operation operation) {
    return urls.self(operation.id());
  }
}
