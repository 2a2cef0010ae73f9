package dev.raincheck.server.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          https://example.com,                  example.com,          443,  /
          HTTPS://EXAMPLE.com:8443/A?b=%20#,    "",                   0,    FRAGMENT
          http://example.com?x=1,               example.com,          80,   /?x=1
          http://example.com./a//b/../c,        example.com,          80,   /a//b/../c
          http://my_service.internal:9000/,     my_service.internal,  9000, /
          http://1.2.3.4:80/,                   1.2.3.4,              80,   /
          https://[2606:4700::1111]/,           2606:4700:0:0:0:0:0:1111, 443, /
          https://[::ffff:1.2.3.4]/,            1.2.3.4,              443,  /
          https://bücher.example/,              xn--bcher-kva.example, 443, /
          https://example。com/,                example.com,          443,  /
          https://123.example/,                 123.example,          443,  /
          https://a.0example/,                  a.0example,           443,  /
          "",                                   "",                   0,    LENGTH
          example.com,                          "",                   0,    SCHEME
          //example.com/,                       "",                   0,    SCHEME
          ftp://example.com/,                   "",                   0,    SCHEME
          file:///etc/passwd,                   "",                   0,    SCHEME
          gopher://example.com/,                "",                   0,    SCHEME
          javascript:alert(1),                  "",                   0,    SCHEME
          http:example.com,                     "",                   0,    SCHEME
          http:/example.com,                    "",                   0,    SCHEME
          http:///path,                         "",                   0,    HOST
          http://:80/,                          "",                   0,    HOST
          http://user@example.com/,             "",                   0,    USERINFO
          http://user:pw@example.com/,          "",                   0,    USERINFO
          http://127.0.0.1:80@evil.example/,    "",                   0,    USERINFO
          http://@example.com/,                 "",                   0,    USERINFO
          http://example.com/#,                 "",                   0,    FRAGMENT
          http://example.com/a b,               "",                   0,    CHARACTERS
          http://example.com\\@evil.example/,   "",                   0,    CHARACTERS
          http://example.com/\\evil,            "",                   0,    CHARACTERS
          http://example.com/ä,                 "",                   0,    CHARACTERS
          http://example.com/%,                 "",                   0,    CHARACTERS
          http://example.com/%zz,               "",                   0,    CHARACTERS
          http://example.com/<x>,               "",                   0,    CHARACTERS
          http://2130706433/,                   "",                   0,    NUMERIC_HOST
          http://0x7f.1/,                       "",                   0,    NUMERIC_HOST
          http://0x7f000001/,                   "",                   0,    NUMERIC_HOST
          http://0X7F.0.0.1/,                   "",                   0,    NUMERIC_HOST
          http://0177.0.0.1/,                   "",                   0,    NUMERIC_HOST
          http://127.1/,                        "",                   0,    NUMERIC_HOST
          http://127.0.1/,                      "",                   0,    NUMERIC_HOST
          http://0/,                            "",                   0,    NUMERIC_HOST
          http://127.0.0.1./,                   "",                   0,    NUMERIC_HOST
          http://127.0.0.01/,                   "",                   0,    NUMERIC_HOST
          http://256.0.0.1/,                    "",                   0,    NUMERIC_HOST
          http://1.2.3.4.5/,                    "",                   0,    NUMERIC_HOST
          http://evil.0x7f/,                    "",                   0,    NUMERIC_HOST
          http://１２７.１/,                     "",                   0,    NUMERIC_HOST
          http://①②⑦.1/,                        "",                   0,    NUMERIC_HOST
          http://exa%6dple.com/,                "",                   0,    HOST
          http://example..com/,                 "",                   0,    HOST
          http://.example.com/,                 "",                   0,    HOST
          http://-example.com/,                 "",                   0,    HOST
          http://example-.com/,                 "",                   0,    HOST
          http://a:b:80/,                       "",                   0,    PORT
          http://::1/,                          "",                   0,    HOST
          http://[::1/,                         "",                   0,    HOST
          http://[127.0.0.1]/,                  "",                   0,    HOST
          http://[example.com]/,                "",                   0,    HOST
          http://[fe80::1%25eth0]/,             "",                   0,    HOST
          http://[::1]x/,                       "",                   0,    HOST
          http://[]/,                           "",                   0,    HOST
          http://example.com:/,                 "",                   0,    PORT
          http://example.com:0/,                "",                   0,    PORT
          http://example.com:080/,              "",                   0,    PORT
          http://example.com:65536/,            "",                   0,    PORT
          http://example.com:8a/,               "",                   0,    PORT
          http://example.com:+80/,              "",                   0,    PORT
          """)
  void a_url_is_read_strictly(String text, String host, int port, String rest) {
    switch (Url.parse(text)) {
      case Url.Parsed.Ok(var url) -> {
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.pathAndQuery()).isEqualTo(rest);
      }
      case Url.Parsed.Bad(var fault) -> {
        assertThat(fault.name()).isEqualTo(rest);
        assertThat(host).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n", "\t", "\0", "\u007f", " "})
  void control_characters_are_refused_wherever_they_stand(String character) {
    for (String text : new String[] {"http://a.test/%s", "http://a%s.test/", "%shttp://a.test/"}) {
      assertThat(Url.parse(text.replace("%s", character)))
          .isEqualTo(new Url.Parsed.Bad(UrlFault.CHARACTERS));
    }
  }

  @Test
  void a_url_has_a_longest_length() {
    String start = "http://a.test/";
    assertThat(Url.parse(start + "a".repeat(8192 - start.length())))
        .isInstanceOf(Url.Parsed.Ok.class);
    assertThat(Url.parse(start + "a".repeat(8193 - start.length())))
        .isEqualTo(new Url.Parsed.Bad(UrlFault.LENGTH));
    assertThat(Url.parse("http://" + "a.".repeat(126) + "aa/"))
        .isEqualTo(new Url.Parsed.Bad(UrlFault.HOST));
  }

  @Test
  void a_url_is_logged_without_its_query() {
    assertThat(url("https://a.test/b?key=secret")).hasToString("https://a.test:443/b");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.test/, ",
    "https://a.test:8443/, ",
    "http://a.test/, SCHEME",
    "https://a.test:22/, PORT_NOT_ALLOWED",
    "https://127.0.0.1/, BLOCKED_ADDRESS",
    "https://[::1]/, BLOCKED_ADDRESS",
    "https://[::ffff:7f00:1]/, BLOCKED_ADDRESS",
    "https://[fd00:ec2::254]/, BLOCKED_ADDRESS",
    "https://169.254.169.254/, BLOCKED_ADDRESS",
    "https://1.1.1.1/, "
  })
  void urls_from_outside_are_https_on_usual_ports_at_public_addresses(String text, String fault) {
    var policy = EgressPolicy.forTenants(EgressPolicy.Allowed.NOTHING);
    assertThat(policy.check(url(text)))
        .isEqualTo(Optional.ofNullable(fault).map(UrlFault::valueOf));
  }

  @Test
  void the_operators_urls_may_have_any_port_but_not_any_address() {
    var policy = EgressPolicy.forOperator(EgressPolicy.Allowed.NOTHING, List.of());
    assertThat(policy.check(url("http://a.test:9000/"))).isEmpty();
    assertThat(policy.check(url("http://10.0.0.1:9000/"))).contains(UrlFault.BLOCKED_ADDRESS);
  }

  static Url url(String text) {
    return switch (Url.parse(text)) {
      case Url.Parsed.Ok(var url) -> url;
      case Url.Parsed.Bad(var fault) -> throw new AssertionError(text + ": " + fault);
    };
  }
}
