package dev.raincheck.server.metrics;

import dev.raincheck.server.http.RequestListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** A line for each request: at debug, but for those that went wrong inside. Never a query, which may hold a ticket. */
public final class RequestLog implements RequestListener {
  private static final Logger LOG = LoggerFactory.getLogger("raincheck.requests");

  @Override
  public void finished(Finished finished) {
    var failure = finished.failure();
    if (failure != null) {
      line(LOG.atError(), finished).setCause(failure).log("request failed");
    } else if (LOG.isDebugEnabled()) {
      line(LOG.atDebug(), finished).log("request answered");
    }
  }

  private static LoggingEventBuilder line(LoggingEventBuilder event, Finished finished) {
    var line =
        event
            .addKeyValue("request_id", finished.requestId())
            .addKeyValue("method", finished.method())
            .addKeyValue("path", finished.path() == null ? "-" : finished.path())
            .addKeyValue("status", finished.status())
            .addKeyValue("millis", finished.took().toMillis())
            .addKeyValue("remote", finished.remoteAddress());
    if (finished.code() != null) line = line.addKeyValue("code", finished.code());
    if (finished.clientRequestId() != null) line = line.addKeyValue("client_request_id", finished.clientRequestId());
    var principal = finished.principal();
    return principal == null ? line : line.addKeyValue("key", principal.id());
  }
}
