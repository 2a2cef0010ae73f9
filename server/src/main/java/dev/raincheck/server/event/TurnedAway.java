package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Outlet;

/** A stream that tells its client to come back later, and ends. */
final class TurnedAway implements Answer.Source {
  private static final byte[] LATER = "retry: 5000\n\n".getBytes(US_ASCII);

  @Override
  public void open(Outlet outlet) {
    outlet.offer(LATER);
    outlet.end();
  }

  @Override
  public void drained() {}

  @Override
  public void closed(boolean tooSlow) {}
}
