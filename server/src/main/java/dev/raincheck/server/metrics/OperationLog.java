package dev.raincheck.server.metrics;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.State;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A line for each transition. Failures are told at the usual level, because somebody may have to act; the
 * rest is for who asks for debug, since there may be thousands a second.
 */
public final class OperationLog implements Commit.Listener {
  private static final Logger LOG = LoggerFactory.getLogger("raincheck.operations");
  private static final int TRACE_ID_FROM = 3; // traceparent: version, dash, 32 digits of trace id.
  private static final int TRACE_ID_TO = 35;

  private final IntFunction<String> tenantNames;

  public OperationLog(IntFunction<String> tenantNames) {
    this.tenantNames = tenantNames;
  }

  @Override
  public void committed(Commit commit) {
    for (var change : commit.changes()) {
      var before = change.before();
      var after = change.after();
      boolean moved = before == null || before.moment().version() != after.moment().version();
      if (!moved) continue;
      if (after.state() instanceof State.Failed(var failure, var dead)) {
        line(LOG.atWarn(), after)
            .addKeyValue("code", failure.code())
            .addKeyValue("dead", dead)
            .log("operation failed: {}", failure.detail());
      } else if (LOG.isDebugEnabled()) {
        line(LOG.atDebug(), after).log("operation {}", after.state().word());
      }
    }
  }

  private LoggingEventBuilder line(LoggingEventBuilder event, Operation operation) {
    var traceparent = operation.submission().traceparent();
    var line =
        event
            .addKeyValue("operation_id", operation.id().text())
            .addKeyValue("tenant", tenantNames.apply(operation.submission().tenant()))
            .addKeyValue("correlation_id", operation.correlationId())
            .addKeyValue("type", operation.submission().type())
            .addKeyValue("attempt", operation.moment().attempt());
    return traceparent == null || traceparent.length() < TRACE_ID_TO
        ? line
        : line.addKeyValue("trace_id", traceparent.substring(TRACE_ID_FROM, TRACE_ID_TO));
  }
}
