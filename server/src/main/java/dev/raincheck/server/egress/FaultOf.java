package dev.raincheck.server.egress;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/** Sorts the HTTP client's exceptions; nothing of their text goes on. */
final class FaultOf {
  /** A chain of causes is never this long, unless it is a ring. */
  private static final int CAUSES_MAX = 20;

  private FaultOf() {}

  /** What the failure is, or {@code otherwise} if nothing in its chain of causes is known. */
  static EgressAnswer exception(@Nullable Throwable failure, EgressFault otherwise) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++, cause = cause.getCause()) {
      if (cause instanceof BlockedAddressException) return new EgressAnswer.Blocked();
      EgressFault fault = fault(cause);
      if (fault != null) return new EgressAnswer.Failed(fault);
    }
    return new EgressAnswer.Failed(otherwise);
  }

  private static @Nullable EgressFault fault(Throwable cause) {
    return switch (cause) {
      case RejectedExecutionException _ -> EgressFault.BUSY;
      case UnknownHostException _ -> EgressFault.DNS_ERROR;
      case UnresolvedAddressException _ -> EgressFault.DNS_ERROR;
      case TimeoutException _ -> EgressFault.TIMEOUT;
      case SocketTimeoutException _ -> EgressFault.TIMEOUT;
      case SSLException _ -> EgressFault.TLS_ERROR;
      case HttpResponseException _ -> EgressFault.INVALID_HTTP;
      case HttpException _ -> EgressFault.INVALID_HTTP;
      case NoRouteToHostException _ -> EgressFault.CONNECTION_FAILED;
      case ConnectException _ -> EgressFault.CONNECTION_REFUSED;
      case EofException eof when eof.getCause() == null -> EgressFault.CONNECTION_CLOSED;
      case EOFException eof when eof.getCause() == null -> EgressFault.CONNECTION_CLOSED;
      case ClosedChannelException _ -> EgressFault.CONNECTION_CLOSED;
      case SocketException _ -> reset(cause);
      case IOException io when io.getCause() == null -> reset(cause);
      default -> null;
    };
  }

  /** The JDK has no type of its own for a reset; its text is read but not shown. */
  private static EgressFault reset(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return text.contains("reset") || text.contains("Broken pipe")
        ? EgressFault.CONNECTION_RESET
        : EgressFault.CONNECTION_FAILED;
  }
}
