package dev.raincheck.server.http;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says no; it leaves as problem+json. The front adds type, instance, {@code
 * WWW-Authenticate} on 401 and {@code Retry-After: 1} on 429 and 503 that have none.
 *
 * @param code of the closed list, or a handler's own {@code x_…}
 * @param status 400 to 599
 * @param detail what happened and what to do about it
 * @param errors what exactly was wrong
 * @param headers more headers, for example Retry-After
 * @param outcomeKnown whether this refusal is certain to have created nothing; said in {@code
 *     Raincheck-Outcome} on routes that create operations
 * @param details more about an operation that failed while it ran: a valid JSON array; else null
 */
public record Refusal(
    String code,
    int status,
    String title,
    boolean retryable,
    String detail,
    List<Problem.Error> errors,
    List<Header> headers,
    boolean outcomeKnown,
    @Nullable String details)
    implements Answer.Now {

  public Refusal {
    errors = List.copyOf(errors);
    headers = List.copyOf(headers);
  }

  public static Refusal of(ProblemCode code, String detail) {
    return new Refusal(
        code.code(),
        code.status(),
        code.title(),
        code.retryable(),
        detail,
        List.of(),
        List.of(),
        code.status() < 500 || code.status() == 503,
        null);
  }

  /** A refusal whose cause is one query parameter. */
  public static Refusal ofParameter(ProblemCode code, String parameter, String detail) {
    return of(code, detail).because(Problem.Error.inParameter(parameter, code.code(), detail));
  }

  /** A refusal whose cause is one header. */
  public static Refusal ofHeader(ProblemCode code, String header, String detail) {
    return of(code, detail).because(Problem.Error.inHeader(header, code.code(), detail));
  }

  public Refusal because(Problem.Error error) {
    return because(Stream.concat(errors.stream(), Stream.of(error)).toList());
  }

  public Refusal because(List<Problem.Error> errors) {
    return new Refusal(
        code, status, title, retryable, detail, errors, headers, outcomeKnown, details);
  }

  public Refusal header(String name, String value) {
    var more = Stream.concat(headers.stream(), Stream.of(new Header(name, value))).toList();
    return new Refusal(code, status, title, retryable, detail, errors, more, outcomeKnown, details);
  }

  /** The same, when the request may have created something after all. */
  public Refusal withOutcomeUnknown() {
    return new Refusal(code, status, title, retryable, detail, errors, headers, false, details);
  }

  /** How an operation failed while it ran, as an answer. */
  public static Refusal ofFailure(
      String code, int status, String title, boolean retryable, String detail, String details) {
    return new Refusal(
        code, status, title, retryable, detail, List.of(), List.of(), true, details);
  }

  /** To leave from deep inside: {@code throw refusal.asException()}. */
  public RefusedException asException() {
    return new RefusedException(this);
  }

  Problem toProblem(URI publicBaseUrl, String requestId) {
    return new Problem(
        publicBaseUrl + "/problems/" + code,
        title,
        status,
        detail,
        "urn:request:" + requestId,
        code,
        retryable,
        null,
        errors,
        details);
  }
}
