package dev.raincheck.server.target;

import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressRequest;
import dev.raincheck.server.egress.Overflow;
import dev.raincheck.server.egress.Url;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One attempt at a target.
 *
 * @param method usually {@code POST}
 * @param headers beside those of the credentials
 * @param body the operation's input, or empty if it has none
 * @param once whether the target must not see this attempt twice
 * @param answerWithin from now to the last byte of the answer, fetching a token included
 * @param answerMax bytes of a result
 * @param overflow where a long result goes; empty: all are held in memory
 */
public record TargetCall(
    String method,
    Url url,
    List<EgressHeader> headers,
    Optional<EgressRequest.Body> body,
    Credentials credentials,
    boolean once,
    Duration answerWithin,
    long answerMax,
    Optional<Overflow> overflow) {

  public TargetCall {
    headers = List.copyOf(headers);
  }
}
