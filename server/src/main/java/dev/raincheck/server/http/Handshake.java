package dev.raincheck.server.http;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * A connection at a door with TLS that has not come to HTTP yet. It has as long for that as a
 * header has; then it is cut.
 */
final class Handshake implements Swept {
  private final EndPoint endPoint;
  private final House house;
  private final long since;

  Handshake(EndPoint endPoint, House house) {
    this.endPoint = endPoint;
    this.house = house;
    this.since = house.nanoClock().getAsLong();
  }

  @Override
  public void sweep(long now) {
    if (!endPoint.isOpen() || isOver()) {
      house.sweep().remove(this);
    } else if (now - since >= house.limits().headerTime().toNanos()) {
      cut();
    }
  }

  private boolean isOver() {
    return switch (endPoint.getConnection()) {
      case SslConnection tls -> tls.getSslEndPoint().getConnection() instanceof Line;
      case Line _ -> true;
      case null, default -> false;
    };
  }

  @Override
  public void cut() {
    endPoint.close();
  }
}
