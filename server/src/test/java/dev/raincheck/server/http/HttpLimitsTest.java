package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpLimitsTest {
  @Test
  void the_defaults_are_those_of_the_contract() {
    assertThat(HttpLimits.DEFAULT.toString())
        .startsWith(
            "HttpLimits[headerTime=PT10S, bodyStillTime=PT30S, bodyBytesPerSecondMin=500,"
                + " idleTime=PT1M, lingerTime=PT2S, goneAfter=PT1S, uriBytesMax=8192,"
                + " headerBytesMax=16384, ")
        .endsWith(", requestsMax=2000, connectionsMax=16384, backlog=1024]");
  }

  @Test
  void a_limit_of_nothing_is_refused_with_its_key() {
    assertThatThrownBy(() -> Limits.header(Duration.ZERO))
        .hasMessage("http.header-time (PT0S) must be positive");
    assertThatThrownBy(() -> Limits.requests(0))
        .hasMessage("http.requests-max (0) must be positive");
  }

  @Test
  void the_public_base_url_must_be_one() {
    for (var url : List.of("a.com", "ftp://a", "https:///x", "https://a/", "https://a?b")) {
      assertThatThrownBy(() -> new HttpSettings(URI.create(url), HttpLimits.DEFAULT))
          .hasMessageStartingWith("public-base-url (" + url + ")");
    }
    assertThat(new HttpSettings(URI.create("https://a/b"), HttpLimits.DEFAULT).limits())
        .isSameAs(HttpLimits.DEFAULT);
  }

  @Test
  void a_header_cannot_be_split() {
    for (var value : List.of("a\r\nb: c", "a\nb", "a\0", "ä")) {
      assertThatThrownBy(() -> new Header("X", value))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
