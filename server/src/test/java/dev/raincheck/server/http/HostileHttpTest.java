package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostileHttpTest {
  private static final String HOST = "Host: a\r\n";
  private static final String POST = "POST /echo HTTP/1.1\r\n" + HOST;
  private static final String SMUGGLED = "GET /healthz HTTP/1.1\r\n" + HOST + "\r\n";
  private static final String GET = "GET /healthz HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final Map<String, String> CASES = new LinkedHashMap<>();

  private static void put(String name, String request) {
    CASES.put(name, request);
  }

  static {
    put("two Host", GET + "Host: b\r\n\r\n");
    put("two equal Host", GET + HOST + "\r\n");
    put("no Host on 1.1", "GET /healthz HTTP/1.1\r\n\r\n");
    put("empty Host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n");
    put("spaces in Host", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n");
    put("another authority", "GET http://b/healthz HTTP/1.1\r\n" + HOST + "\r\n");
    put(
        "CL and TE",
        POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
    put(
        "TE and CL",
        POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED);
    put("two CL", POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ");
    put("two equal CL", POST + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}");
    put("CL +2", POST + "Content-Length: +2\r\n\r\n{}");
    put("CL -0", POST + "Content-Length: -0\r\n\r\n");
    put("CL 0x2", POST + "Content-Length: 0x2\r\n\r\n{}");
    put("CL 2,2", POST + "Content-Length: 2,2\r\n\r\n{}");
    put("CL 2 2", POST + "Content-Length: 2 2\r\n\r\n{}");
    put("CL empty", POST + "Content-Length:\r\n\r\n");
    put("CL beyond a long", POST + "Content-Length: 99999999999999999999\r\n\r\n");
    put("TE gzip, chunked", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    put("TE chunked, gzip", POST + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n");
    put("TE identity", POST + "Transfer-Encoding: identity\r\n\r\n");
    put(
        "TE chunked twice",
        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    put("TE chunked, chunked", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
    put("TE xchunked", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
    put("TE \"chunked\"", POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n");
    put(
        "TE on HTTP/1.0",
        "POST /echo HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    put("space before colon", POST + "Content-Length : 2\r\n\r\n{}");
    put("tab before colon", POST + "Content-Length\t: 2\r\n\r\n{}");
    put("folded header", POST + "X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n");
    put("first header folded", "GET /healthz HTTP/1.1\r\n " + HOST + "\r\n");
    put("header without colon", POST + "X-A\r\n\r\n");
    put("header without name", POST + ": b\r\n\r\n");
    put("bare LF lines", "GET /healthz HTTP/1.1\nHost: a\n\n");
    put("bare LF in header", GET + "X-A: b\nX-C: d\r\n\r\n");
    put("bare CR in header", GET + "X-A: b\rX-C: d\r\n\r\n");
    put("NUL in value", GET + "X-A: b\0c\r\n\r\n");
    put("control in value", GET + "X-A: b\1c\r\n\r\n");
    put("control in name", GET + "X\1A: b\r\n\r\n");
    put("bracket in name", GET + "X[A]: b\r\n\r\n");
    put("space before line", " GET /healthz HTTP/1.1\r\n" + HOST + "\r\n");
    put("control before line", "\1GET /healthz HTTP/1.1\r\n" + HOST + "\r\n");
    put("raw UTF-8 in path", "GET /h\u00c3\u00a4 HTTP/1.1\r\n" + HOST + "\r\n");
    put("fragment in target", "GET /healthz#x HTTP/1.1\r\n" + HOST + "\r\n");
    put("broken % in path", "GET /v1/operations/%zz HTTP/1.1\r\n" + HOST + "\r\n");
    put("not UTF-8 in path", "GET /v1/operations/%ff HTTP/1.1\r\n" + HOST + "\r\n");
    put("NUL in path", "GET /v1/operations/%00 HTTP/1.1\r\n" + HOST + "\r\n");
    put("encoded slash", "GET /v1/operations/a%2fb HTTP/1.1\r\n" + HOST + "\r\n");
    put("encoded dots", "GET /v1/operations/%2e%2e HTTP/1.1\r\n" + HOST + "\r\n");
    put("double slash", "GET //healthz HTTP/1.1\r\n" + HOST + "\r\n");
    put("dots", "GET /v1/../healthz HTTP/1.1\r\n" + HOST + "\r\n");
    put("path parameter", "GET /healthz;a=b HTTP/1.1\r\n" + HOST + "\r\n");
    put("no URI", "GET\r\n\r\n");
    put("HTTP/0.9", "GET /healthz\r\n\r\n");
    put("HTTP/1.2", "GET /healthz HTTP/1.2\r\n" + HOST + "\r\n");
    put("HTTP/3.0", "GET /healthz HTTP/3.0\r\n" + HOST + "\r\n");
    put("HTTP/2 without preface", "GET /healthz HTTP/2.0\r\n" + HOST + "\r\n");
    put("half a preface", "PRI /healthz HTTP/2.0\r\n\r\n");
    put("preface with header", "PRI * HTTP/2.0\r\n" + HOST + "\r\n");
    put("HTTQ/1.1", "GET /healthz HTTQ/1.1\r\n" + HOST + "\r\n");
    put("TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");
    put("CONNECT", "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n");
    put("URI of 9 KiB", "GET /" + "a".repeat(9 << 10) + " HTTP/1.1\r\n" + HOST + "\r\n");
    put("URI of 90 KiB", "GET /" + "a".repeat(90 << 10) + " HTTP/1.1\r\n" + HOST + "\r\n");
    put("one header of 17 KiB", GET + "X-A: " + "a".repeat(17 << 10) + "\r\n\r\n");
    put("headers of 90 KiB", GET + "X-A: aaaaaaaaaaaaaaaaa\r\n".repeat(4000) + "\r\n");
    put("other expectation", POST + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}");
    put("chunk size zz", CHUNKED + "zz\r\n{}\r\n0\r\n\r\n");
    put("chunk size -1", CHUNKED + "-1\r\n{}\r\n0\r\n\r\n");
    put("chunk size 0x2", CHUNKED + "0x2\r\n{}\r\n0\r\n\r\n");
    put("chunk size huge", CHUNKED + "fffffffffffffffff\r\n{}\r\n0\r\n\r\n");
    put("chunk with bare LF", CHUNKED + "2\n{}\r\n0\r\n\r\n");
    put("chunk longer than said", CHUNKED + "2\r\n{}x\r\n0\r\n\r\n");
    put("LF in chunk extension", CHUNKED + "2;a\nb\r\n{}\r\n0\r\n\r\n");
  }


  @Test
  void broken_framing_is_refused_as_a_problem_and_the_connection_is_closed() throws IOException {
    assertThat(table(CASES))
        .isEqualTo(
            """
            two Host                400 invalid_request             closed
            two equal Host          400 invalid_request             closed
            no Host on 1.1          400 invalid_request             closed
            empty Host              400 invalid_request             closed
            spaces in Host          400 invalid_request             closed
            another authority       400 invalid_request             closed
            CL and TE               400 invalid_request             closed
            TE and CL               400 invalid_request             closed
            two CL                  400 invalid_request             closed
            two equal CL            400 invalid_request             closed
            CL +2                   400 invalid_request             closed
            CL -0                   400 invalid_request             closed
            CL 0x2                  400 invalid_request             closed
            CL 2,2                  400 invalid_request             closed
            CL 2 2                  400 invalid_request             closed
            CL empty                400 invalid_request             closed
            CL beyond a long        400 invalid_request             closed
            TE gzip, chunked        400 invalid_request             closed
            TE chunked, gzip        400 invalid_request             closed
            TE identity             400 invalid_request             closed
            TE chunked twice        400 invalid_request             closed
            TE chunked, chunked     400 invalid_request             closed
            TE xchunked             400 invalid_request             closed
            TE "chunked"            400 invalid_request             closed
            TE on HTTP/1.0          400 invalid_request             closed
            space before colon      400 invalid_request             closed
            tab before colon        400 invalid_request             closed
            folded header           400 invalid_request             closed
            first header folded     400 invalid_request             closed
            header without colon    400 invalid_request             closed
            header without name     400 invalid_request             closed
            bare LF lines           400 invalid_request             closed
            bare LF in header       400 invalid_request             closed
            bare CR in header       400 invalid_request             closed
            NUL in value            400 invalid_request             closed
            control in value        400 invalid_request             closed
            control in name         400 invalid_request             closed
            bracket in name         400 invalid_request             closed
            space before line       400 invalid_request             closed
            control before line     400 invalid_request             closed
            raw UTF-8 in path       400 invalid_request             closed
            fragment in target      400 invalid_request             closed
            broken % in path        400 invalid_request             closed
            not UTF-8 in path       400 invalid_request             closed
            NUL in path             400 invalid_request             closed
            encoded slash           400 invalid_request             closed
            encoded dots            400 invalid_request             closed
            double slash            400 invalid_request             closed
            dots                    404 not_found                   kept
            path parameter          404 not_found                   kept
            no URI                  400 invalid_request             closed
            HTTP/0.9                505 http_version_not_supported  closed
            HTTP/1.2                505 http_version_not_supported  closed
            HTTP/3.0                505 http_version_not_supported  closed
            HTTP/2 without preface  505 http_version_not_supported  closed
            half a preface          505 http_version_not_supported  closed
            preface with header     505 http_version_not_supported  closed
            HTTQ/1.1                505 http_version_not_supported  closed
            TLS hello               400 invalid_request             closed
            CONNECT                 400 invalid_request             closed
            URI of 9 KiB            414 uri_too_long                closed
            URI of 90 KiB           414 uri_too_long                closed
            one header of 17 KiB    431 headers_too_large           closed
            headers of 90 KiB       431 headers_too_large           closed
            other expectation       417 expectation_failed          closed
            chunk size zz           400 invalid_request             closed
            chunk size -1           400 invalid_request             closed
            chunk size 0x2          400 invalid_request             closed
            chunk size huge         400 invalid_request             closed
            chunk with bare LF      400 invalid_request             closed
            chunk longer than said  400 invalid_request             closed
            LF in chunk extension   400 invalid_request             closed
            """);
  }

  private static String table(Map<String, String> cases) throws IOException {
    var table = new StringBuilder();
    try (var server = new TestServer()) {
      for (var each : cases.entrySet()) {
        try (var client = server.connect()) {
          table.append("%-24s%s\n".formatted(each.getKey(), outcome(client, each.getValue())));
        }
      }
    }
    return table.toString();
  }

  /** What came back, and whether the connection could be used for another request. */
  private static String outcome(RawClient client, String request) throws IOException {
    var reply = client.sendIfTaken(request).reply();
    if (reply == null) return "no answer";
    client.sendIfTaken(SMUGGLED);
    var next = client.reply();
    if (reply.status() >= 400) assertThat(reply).satisfies(HostileHttpTest::isProblem);
    return "%d %-27s %s"
        .formatted(reply.status(), reply.member("code"), next == null ? "closed" : "kept")
        .strip();
  }

  static void isProblem(RawClient.Reply reply) {
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.header("Request-Id")).matches("req_[0-9A-Z]{24}");
    assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(reply.header("Date")).isNotEmpty();
    assertThat(reply.header("Server")).isEmpty();
    assertThat(reply.member("instance")).isEqualTo("urn:request:" + reply.header("Request-Id"));
    assertThat(reply.member("type"))
        .isEqualTo("https://api.example.com/problems/" + reply.member("code"));
    assertThat(reply.member("status")).isEqualTo("" + reply.status());
    assertThat(reply.member("title")).isNotEmpty();
    assertThat(reply.member("detail")).isNotEmpty();
  }
}
