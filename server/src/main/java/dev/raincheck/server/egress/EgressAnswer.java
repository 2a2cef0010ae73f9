package dev.raincheck.server.egress;

import java.util.Map;
import java.util.Optional;

/** How a call ended. */
public sealed interface EgressAnswer {

  /**
   * The other side answered.
   *
   * @param status 200 to 599
   * @param headers names in lower case; repeated ones joined with a comma
   * @param body as sent, or its beginning if {@code cut}
   * @param cut whether the body went past what the request wanted to read of this status
   * @param overflowed whether the body is not here but whole in the request's {@link Overflow}
   */
  record Answered(
      int status, Map<String, String> headers, byte[] body, boolean cut, boolean overflowed)
      implements EgressAnswer {
    public Answered {
      headers = Map.copyOf(headers);
    }

    /** An answer in memory. */
    public Answered(int status, Map<String, String> headers, byte[] body, boolean cut) {
      this(status, headers, body, cut, false);
    }

    public Optional<String> header(String lowerCaseName) {
      return Optional.ofNullable(headers.get(lowerCaseName));
    }
  }

  /** The policy forbids the URL or every address that its host has. */
  record Blocked() implements EgressAnswer {}

  /** No answer, or none that could be used. */
  record Failed(EgressFault fault) implements EgressAnswer {}

  /** {@link EgressCall#cancel} came first. */
  record Canceled() implements EgressAnswer {}
}
