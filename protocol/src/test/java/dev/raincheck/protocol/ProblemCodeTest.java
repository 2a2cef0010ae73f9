package dev.raincheck.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProblemCodeTest {
  @Test
  void the_list_is_closed() {
    var table =
        Arrays.stream(ProblemCode.values())
            .map(c -> "%d %s%s".formatted(c.status(), c.code(), c.retryable() ? " again" : ""))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(table)
        .isEqualTo(
            """
            400 invalid_request
            400 unknown_field
            400 idempotency_key_required
            400 idempotency_key_invalid
            400 cursor_invalid
            401 unauthorized
            401 ticket_invalid
            403 insufficient_scope
            404 not_found
            404 operation_not_found
            404 operation_type_not_found
            405 method_not_allowed
            406 not_acceptable
            408 request_timeout again
            409 operation_not_done
            409 operation_canceled
            409 operation_conflict
            409 not_cancelable
            409 lease_lost
            410 operation_gone
            410 result_expired
            410 cursor_expired
            412 precondition_failed
            413 payload_too_large
            414 uri_too_long
            415 unsupported_media_type
            416 range_not_satisfiable
            417 expectation_failed
            422 validation_failed
            422 idempotency_key_reused
            422 endpoint_url_blocked
            422 endpoint_verification_failed
            429 quota_exceeded again
            429 concurrency_exceeded again
            431 headers_too_large
            500 internal again
            501 not_implemented
            503 overloaded again
            503 unavailable again
            505 http_version_not_supported
            422 target_rejected
            502 target_failed again
            504 target_timeout again
            502 target_response_too_large
            502 blocked_address
            500 handler_failed
            504 deadline_exceeded again
            504 expired again
            500 worker_lost again
            """);
  }

  @Test
  void a_code_is_found_by_its_word() {
    assertThat(ProblemCode.of("lease_lost")).contains(ProblemCode.LEASE_LOST);
    assertThat(ProblemCode.of("x_mine")).isEmpty();
  }
}
