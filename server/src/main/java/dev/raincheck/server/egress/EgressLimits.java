package dev.raincheck.server.egress;

import java.time.Duration;

/**
 * What the client may take of this machine.
 *
 * @param connectWithin for each address that is tried
 * @param idleFor how long an unused connection is kept; short, because a request on a connection
 *     that the other side is just closing has to be sent again
 * @param connectionsPerHost open connections to one scheme, host and port
 * @param connections open connections in all
 * @param calls calls under way in all, those that wait for a connection included
 * @param headerBytesMax of an answer: status line and headers together, trailers again
 * @param bufferedBytesMax of unfinished answers in memory, all calls together
 */
public record EgressLimits(
    Duration connectWithin,
    Duration idleFor,
    int connectionsPerHost,
    int connections,
    int calls,
    int headerBytesMax,
    long bufferedBytesMax) {

  public static final EgressLimits DEFAULT =
      new EgressLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          1_024,
          8_192,
          16_384,
          16 * 1024,
          256L << 20);

  public EgressLimits {
    if (connectWithin.toMillis() < 1 || idleFor.toMillis() < 1) {
      throw new IllegalArgumentException("times must be at least a millisecond");
    }
    if (Math.min(Math.min(connectionsPerHost, connections), Math.min(calls, headerBytesMax)) < 1
        || bufferedBytesMax < 1) {
      throw new IllegalArgumentException("limits must be at least 1");
    }
  }
}
