package dev.raincheck.server.target;

import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.Url;
import java.time.Duration;
import java.util.List;

/**
 * The HTTP address that performs operations of a type.
 *
 * @param headers the operator's own, sent with every call
 * @param answerWithin until the target has answered; never past the attempt's deadline
 * @param resultMax bytes of a result, whether answered or called back
 */
record PushTarget(
    Url url,
    String method,
    List<EgressHeader> headers,
    Credentials credentials,
    Duration answerWithin,
    long resultMax) {

  PushTarget {
    headers = List.copyOf(headers);
  }
}
