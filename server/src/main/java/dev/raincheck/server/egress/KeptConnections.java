package dev.raincheck.server.egress;

import java.time.Duration;
import org.eclipse.jetty.io.Connection;

/**
 * Shortens the life of unused connections once they are open. The client's own idle time would also
 * end those that a busy machine takes a while to open.
 */
record KeptConnections(Duration idleFor) implements Connection.Listener {
  @Override
  public void onOpened(Connection connection) {
    connection.getEndPoint().setIdleTimeout(idleFor.toMillis());
  }
}
