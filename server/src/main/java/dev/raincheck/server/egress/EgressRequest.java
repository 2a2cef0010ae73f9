package dev.raincheck.server.egress;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One request to somebody else's server.
 *
 * @param method a token such as {@code POST}
 * @param headers beside those that the client sets: Host, User-Agent, Accept-Encoding, framing
 * @param body what to send, or empty for no body
 * @param once whether it must not reach the other side twice. Others are sent again, at once and once,
 *     when a kept connection turns out to be closed before any of the answer has come
 * @param within from now to the last byte of the answer: waiting for a connection, name look-up,
 *     TLS and all reading included
 * @param wholeMax bytes of an answer with a result (2xx but 202, 204, 205); a longer one is cut
 * @param excerptMax bytes of any other answer; a longer one is cut
 */
public record EgressRequest(
    String method,
    Url url,
    List<EgressHeader> headers,
    Optional<Body> body,
    boolean once,
    Duration within,
    int wholeMax,
    int excerptMax) {

  /** Bytes and, if known, their media type. The array is not copied and must not change. */
  public record Body(byte[] bytes, Optional<String> mediaType) {}

  public EgressRequest {
    if (!method.matches("[A-Z]{1,20}")) {
      throw new IllegalArgumentException("\"" + method + "\" is not a method");
    }
    headers = List.copyOf(headers);
  }

  /** Whether an answer of this status is read for its body's sake. */
  static boolean hasResult(int status) {
    return status / 100 == 2 && status != 202 && status != 204 && status != 205;
  }
}
