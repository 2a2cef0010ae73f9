package dev.raincheck.server.tls;

/** The certificate or its key cannot be used. The message says what to do, and holds no secret. */
public final class UnusableTls extends Exception {
  private static final long serialVersionUID = 1;

  UnusableTls(String message) {
    super(message);
  }
}
