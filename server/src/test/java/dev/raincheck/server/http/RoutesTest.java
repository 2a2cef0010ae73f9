package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static Route route(String method, String template) {
    return Route.of(method, template, request -> Response.status(200).empty());
  }

  private static final Routes ROUTES =
      new Routes(
          List.of(
              route("GET", "/healthz"),
              route("GET", "/v1/operations"),
              route("POST", "/v1/operations"),
              route("POST", "/v1/operations/cancel"),
              route("GET", "/v1/operations/{id}"),
              route("DELETE", "/v1/operations/{id}"),
              route("POST", "/v1/operations/{type}"),
              route("POST", "/v1/operations/{id}:cancel"),
              route("POST", "/v1/operations/{id}/cancel"),
              route("GET", "/v1/operations/{id}/result"),
              route("GET", "/v1/{a}/{b}/{c}/{d}")));

  @Test
  void a_path_finds_its_most_literal_template() {
    var asked =
        """
        GET /healthz
        HEAD /healthz
        POST /v1/operations
        POST /v1/operations/cancel
        GET /v1/operations/cancel
        GET /v1/operations/op_1
        HEAD /v1/operations/op_1
        DELETE /v1/operations/op_1
        PUT /v1/operations/op_1
        POST /v1/operations/report.generate
        POST /v1/operations/report%2Egenerate
        POST /v1/operations/op_1:cancel
        POST /v1/operations/op_1%3Acancel
        GET /v1/operations/op_1:cancel
        POST /v1/operations/:cancel
        POST /v1/operations/op_1:other
        POST /v1/operations/op_1/cancel
        GET /v1/operations/cancel/result
        GET /v1/operations/cancel/other
        GET /v1/operations/o/result/x
        GET /v1/operations/
        GET /v1
        GET /
        GET /healthz;a=b
        GET /v1/operations/..
        GET /V1/operations
        OPTIONS *
        """;

    assertThat(asked.lines().map(RoutesTest::found).collect(Collectors.joining("\n", "", "\n")))
        .isEqualTo(
            """
            GET /healthz                          /healthz
            HEAD /healthz                         /healthz
            POST /v1/operations                   /v1/operations
            POST /v1/operations/cancel            /v1/operations/cancel
            GET /v1/operations/cancel             405 POST, OPTIONS
            GET /v1/operations/op_1               /v1/operations/{id} id=op_1
            HEAD /v1/operations/op_1              /v1/operations/{id} id=op_1
            DELETE /v1/operations/op_1            /v1/operations/{id} id=op_1
            PUT /v1/operations/op_1               405 GET, HEAD, POST, DELETE, OPTIONS
            POST /v1/operations/report.generate   /v1/operations/{type} type=report.generate
            POST /v1/operations/report%2Egenerate /v1/operations/{type} type=report.generate
            POST /v1/operations/op_1:cancel       /v1/operations/{id}:cancel id=op_1
            POST /v1/operations/op_1%3Acancel     /v1/operations/{id}:cancel id=op_1
            GET /v1/operations/op_1:cancel        405 POST, OPTIONS
            POST /v1/operations/:cancel           /v1/operations/{type} type=:cancel
            POST /v1/operations/op_1:other        /v1/operations/{type} type=op_1:other
            POST /v1/operations/op_1/cancel       /v1/operations/{id}/cancel id=op_1
            GET /v1/operations/cancel/result      /v1/operations/{id}/result id=cancel
            GET /v1/operations/cancel/other       404
            GET /v1/operations/o/result/x         /v1/{a}/{b}/{c}/{d} a=operations b=o c=result d=x
            GET /v1/operations/                   404
            GET /v1                               404
            GET /                                 404
            GET /healthz;a=b                      404
            GET /v1/operations/..                 404
            GET /V1/operations                    404
            OPTIONS *                             405 GET, HEAD, POST, DELETE, OPTIONS
            """);
  }

  private static String found(String line) {
    var words = line.split(" ");
    return "%-37s %s"
        .formatted(
            line,
            switch (ROUTES.find(words[0], words[1])) {
              case Routes.Found.Match(var route, var parameters) ->
                  Stream.concat(
                          Stream.of(route.template()),
                          parameters.names().stream().map(n -> n + "=" + parameters.find(n)))
                      .collect(Collectors.joining(" "));
              case Routes.Found.OtherMethods(var allow) -> "405 " + allow;
              case Routes.Found.Nothing() -> "404";
            });
  }

  @Test
  void values_that_were_tried_in_vain_are_forgotten() {
    assertThat(found("GET /v1/operations/b/c/d"))
        .endsWith("/v1/{a}/{b}/{c}/{d} a=operations b=b c=c d=d");
  }

  @Test
  void the_table_can_be_listed_with_what_each_route_asks_for() {
    assertThat(ROUTES.all()).hasSize(11);
    var route = route("POST", "/v1/x").needs("a:b").creates().takes(5);
    assertThat(new Routes(List.of(route)).all()).containsExactly(route);
    assertThat(route.scope()).isEqualTo("a:b");
    assertThat(route.creating()).isTrue();
    assertThat(route.open()).isFalse();
    assertThat(route.bodyBytesMax()).isEqualTo(5);
  }

  @Test
  void two_routes_for_one_method_of_one_resource_are_a_mistake() {
    var twice = List.of(route("GET", "/v1/{a}"), route("GET", "/v1/{b}"));
    assertThatThrownBy(() -> new Routes(twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two routes for GET /v1/{b}");
  }

  @Test
  void a_malformed_template_is_a_mistake() {
    for (var template : List.of("/v1/{", "/v1/{}", "/v1/{a}b", "/v1/{a}:")) {
      var routes = List.of(route("GET", template));
      assertThatThrownBy(() -> new Routes(routes)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
