package dev.raincheck.server.auth;

/** Told what became of credentials; for metrics. Must not block and must not throw. */
public interface AuthListener {
  AuthListener NONE =
      new AuthListener() {
        @Override
        public void decided(Kind kind, String outcome) {}

        @Override
        public void keysRead(String issuer, boolean well) {}
      };

  /** What was presented. */
  enum Kind {
    NONE,
    API_KEY,
    JWT,
    TICKET,
    OTHER
  }

  /** The outcome of every good credential. */
  String OK = "ok";

  /**
   * @param outcome {@link #OK}, or why not: a word of a closed list, none of it from the request
   */
  void decided(Kind kind, String outcome);

  /**
   * An issuer's keys were read.
   *
   * @param issuer its name in the configuration
   */
  void keysRead(String issuer, boolean well);
}
