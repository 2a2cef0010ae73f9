package dev.raincheck.server.egress;

import java.io.IOException;
import java.io.InputStream;
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
 * @param overflow where a long answer with a result goes; empty: all are held in memory
 */
public record EgressRequest(
    String method,
    Url url,
    List<EgressHeader> headers,
    Optional<Body> body,
    boolean once,
    Duration within,
    long wholeMax,
    int excerptMax,
    Optional<Overflow> overflow) {

  /** What is sent, and, if known, its media type. */
  public sealed interface Body {
    Optional<String> mediaType();
  }

  /** The array is not copied and must not change. */
  public record Bytes(byte[] bytes, Optional<String> mediaType) implements Body {}

  /** Read while it is sent; opened again when the request is. */
  public record Streamed(long length, Source source, Optional<String> mediaType) implements Body {}

  /** Where a long body is. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /** A request whose answer is held in memory. */
  public EgressRequest(
      String method,
      Url url,
      List<EgressHeader> headers,
      Optional<Body> body,
      boolean once,
      Duration within,
      long wholeMax,
      int excerptMax) {
    this(method, url, headers, body, once, within, wholeMax, excerptMax, Optional.empty());
  }

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
