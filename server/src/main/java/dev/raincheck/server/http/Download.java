package dev.raincheck.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * An answer whose body is too long for memory: read from its source while it is sent, no faster than
 * the client takes it, on a virtual thread of its own.
 *
 * @param headers in the order sent; without Content-Type and Content-Length
 * @param length of the body, which the source must have
 * @param source opened when the answer is sent, and not for HEAD
 */
public record Download(int status, List<Header> headers, String contentType, long length, Source source)
    implements Answer.Now {

  /** Where the bytes are. */
  @FunctionalInterface
  public interface Source {
    /** The stream, which is closed by the caller; a failure cuts the answer off. */
    InputStream open() throws IOException;
  }

  public Download {
    if (status < 200 || status > 299) {
      throw new IllegalArgumentException("not the status of a download: %d".formatted(status));
    }
    if (length < 1) throw new IllegalArgumentException("a download of %d bytes".formatted(length));
    Header.refuseUnsafe("Content-Type", contentType);
    headers = List.copyOf(headers);
  }
}
