package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.raincheck.protocol.ProblemCode;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class QueryTest {
  @Test
  void values_are_decoded_and_a_plus_stays_a_plus() {
    var query = Query.parse("after=2026-01-01T00:00:00+02:00&tag=%C3%A4%20b&x&&=y");

    assertThat(query.single("after")).contains("2026-01-01T00:00:00+02:00");
    assertThat(query.single("tag")).contains("ä b");
    assertThat(query.all("x")).containsExactly("");
    assertThat(query.single("nothing")).isEmpty();
    assertThat(query.names()).containsExactly("after", "tag", "x", "");
  }

  @Test
  void no_query_is_an_empty_one() {
    assertThat(Query.parse(null).names()).isEmpty();
    assertThat(Query.parse("").names()).isEmpty();
    Query.parse(null).refuseAny();
  }

  @Test
  void an_empty_or_repeated_parameter_is_refused_by_name() {
    var query = Query.parse("a=1&a=2&b=");

    refused(() -> query.single("a"), ProblemCode.INVALID_REQUEST, "a");
    refused(() -> query.single("b"), ProblemCode.INVALID_REQUEST, "b");
    refused(() -> query.single("b", ProblemCode.CURSOR_INVALID), ProblemCode.CURSOR_INVALID, "b");
  }

  @Test
  void a_route_without_parameters_names_each_one_it_was_given() {
    var query = Query.parse("wait=1&a=2");

    assertThatThrownBy(query::refuseAny)
        .asInstanceOf(type(RefusedException.class))
        .extracting(RefusedException::refusal)
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo("unknown_field");
              assertThat(refusal.errors()).extracting("parameter").containsExactly("wait", "a");
            });
  }

  @Test
  void broken_percent_encoding_is_refused() {
    for (var broken : List.of("a=%", "a=%4", "a=%4g", "a=%ff", "a=%c3", "%zz=1", "a=%00", "a=%0a",
        "a=%-1", "a=%+1", "a=%\uff11\uff11")) {
      assertThatThrownBy(() -> Query.parse(broken))
          .as(broken)
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith("invalid_request");
    }
  }

  private static void refused(Supplier<?> ask, ProblemCode code, String parameter) {
    AbstractThrowableAssert<?, ?> thrown = assertThatThrownBy(ask::get);
    thrown
        .asInstanceOf(type(RefusedException.class))
        .extracting(RefusedException::refusal)
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo(code.code());
              assertThat(refusal.errors()).extracting("parameter").containsExactly(parameter);
            });
  }
}
