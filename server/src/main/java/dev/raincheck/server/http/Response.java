package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer. The front adds what every answer has (Request-Id, Date, nosniff, …), and
 * {@code Cache-Control: no-store} unless the route said otherwise.
 *
 * @param status 200 to 599
 * @param headers in the order sent; without Content-Type and Content-Length
 * @param contentType of the body, printable ASCII; null without one
 * @param body never changed after it was given; not sent to HEAD, nor with 204 and 304
 */
@SuppressWarnings("ArrayRecordComponent")
public record Response(
    int status, List<Header> headers, @Nullable String contentType, byte[] body)
    implements Answer.Now {

  private static final byte[] NOTHING = {};

  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("not the status of an answer: %d".formatted(status));
    }
    if (contentType != null) Header.refuseUnsafe("Content-Type", contentType);
  }

  public static Builder status(int status) {
    return new Builder(status);
  }

  /** Collects headers; one of its last three methods ends it. */
  public static final class Builder {
    private final int status;
    private final List<Header> headers = new ArrayList<>(8);

    private Builder(int status) {
      this.status = status;
    }

    public Builder header(String name, String value) {
      headers.add(new Header(name, value));
      return this;
    }

    public Builder cacheControl(String value) {
      return header(HeaderNames.CACHE_CONTROL, value);
    }

    public Response json(byte[] body) {
      return body("application/json", body);
    }

    public Response body(String contentType, byte[] body) {
      return new Response(status, headers, contentType, body);
    }

    /** A body that is read while it is sent; the status is a success. */
    public Download download(String contentType, long length, Download.Source source) {
      return new Download(status, headers, contentType, length, source);
    }

    public Response empty() {
      return new Response(status, headers, null, NOTHING);
    }
  }
}
