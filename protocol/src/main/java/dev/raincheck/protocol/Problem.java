package dev.raincheck.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem document, as it travels.
 *
 * @param type {@code <public base URL>/problems/<code>}
 * @param title the same for every problem of a code
 * @param status the HTTP status
 * @param detail what happened this time and what to do about it
 * @param instance {@code urn:request:<request id>}
 * @param code the word that programs compare, see {@link ProblemCode}
 * @param retryable whether the same request may succeed later
 * @param traceId the W3C trace id when tracing is on
 * @param errors what exactly was wrong, one entry each; empty when unknown
 * @param details of an operation that failed while it ran: a JSON array, as text; null for refusals
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    String code,
    boolean retryable,
    @Nullable String traceId,
    List<Error> errors,
    @Nullable String details) {

  /** The media type of a problem document. */
  public static final String MEDIA_TYPE = "application/problem+json";

  public Problem {
    errors = List.copyOf(errors);
  }

  /**
   * One thing that was wrong, at exactly one place: a JSON pointer into the request body as a
   * fragment ({@code #/input/age}), a query parameter, or a header.
   */
  public record Error(
      @Nullable String pointer,
      @Nullable String parameter,
      @Nullable String header,
      String code,
      String detail) {

    public static Error atPointer(String pointer, String code, String detail) {
      return new Error(pointer, null, null, code, detail);
    }

    public static Error inParameter(String parameter, String code, String detail) {
      return new Error(null, parameter, null, code, detail);
    }

    public static Error inHeader(String header, String code, String detail) {
      return new Error(null, null, header, code, detail);
    }
  }
}
