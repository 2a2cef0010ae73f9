package dev.raincheck.server.http;

/** A client's connection, of whatever version of HTTP; Jetty's connections of ours are lines. */
interface Line extends Swept {
  Door door();

  /** What carries this one request: the connection itself, or a stream of it. */
  Carrier carrier(org.eclipse.jetty.server.Request jetty);
}
