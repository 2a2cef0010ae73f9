package dev.raincheck.server.http;

/** Turns a request's credential into who asks. */
@FunctionalInterface
public interface Authentication {
  /**
   * Called once for every request to a route that is not open, after routing, so that the route and
   * its path parameters are known. May block. Must not read the body.
   *
   * @throws RefusedException with {@code unauthorized} or {@code ticket_invalid}
   */
  Principal authenticate(Request request);
}
