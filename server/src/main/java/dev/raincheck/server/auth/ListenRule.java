package dev.raincheck.server.auth;

import java.net.InetAddress;

/** Whether a server may listen where it is told to: without keys, on loopback only. */
public sealed interface ListenRule {
  /**
   * @param note a sentence for the start-up screen, empty if there is nothing to say
   */
  record Listen(String note) implements ListenRule {}

  /**
   * @param why a sentence that says what to do instead
   */
  record Refuse(String why) implements ListenRule {}

  /**
   * @param key the configuration key that says where, {@code listen} or {@code admin_listen}
   * @param address where it will be bound, already looked up
   * @param anyCredentials whether there are keys, or issuers whose tokens are taken there
   */
  static ListenRule of(String key, InetAddress address, boolean anyCredentials) {
    if (anyCredentials) return new Listen("");
    if (address.isLoopbackAddress()) {
      return new Listen(
          ("There are no API keys: listening on loopback only (%s),"
                  + " where everyone is tenant default.")
              .formatted(address.getHostAddress()));
    }
    return new Refuse(
        ("%s is %s, which other machines can reach, but there are no API keys. Create one with"
                + " `raincheck keys create`, or listen on 127.0.0.1.")
            .formatted(key, address.getHostAddress()));
  }
}
