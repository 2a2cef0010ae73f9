package dev.raincheck.server.egress;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.Promise;

/** Jetty bounds connections per destination only; this bounds them in all. */
final class BoundedConnector extends ClientConnector {
  private final int connectionsMax;
  private final Set<SelectableChannel> open = ConcurrentHashMap.newKeySet();

  BoundedConnector(int connectionsMax) {
    this.connectionsMax = connectionsMax;
  }

  @Override
  public void connect(SocketAddress address, Map<String, Object> context) {
    if (open.size() < connectionsMax) {
      super.connect(address, context);
      return;
    }
    if (context.get(CONNECTION_PROMISE_CONTEXT_KEY) instanceof Promise<?> promise) {
      promise.failed(new RejectedExecutionException("connections"));
    }
  }

  @Override
  protected void configure(SelectableChannel channel) throws IOException {
    open.add(channel);
    super.configure(channel);
  }

  @Override
  protected void connectFailed(
      SelectableChannel channel,
      SocketAddress address,
      Throwable failure,
      Map<String, Object> context) {
    if (channel != null) open.remove(channel);
    super.connectFailed(channel, address, failure, context);
  }

  @Override
  protected void acceptFailed(
      Throwable failure, SelectableChannel channel, Map<String, Object> context) {
    open.remove(channel);
    super.acceptFailed(failure, channel, context);
  }

  @Override
  protected SelectorManager newSelectorManager() {
    return new ClientSelectorManager(getExecutor(), getScheduler(), getSelectors()) {
      @Override
      protected void endPointClosed(EndPoint endPoint) {
        super.endPointClosed(endPoint);
        if (endPoint instanceof SelectableChannelEndPoint closed) open.remove(closed.getChannel());
      }
    };
  }

  int open() {
    return open.size();
  }
}
