package dev.raincheck.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenRuleTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
  void without_keys_it_may_listen_on_loopback_and_says_so(String address) throws Exception {
    assertThat(ListenRule.of("listen", InetAddress.getByName(address), false))
        .isInstanceOfSatisfying(
            ListenRule.Listen.class, listen -> assertThat(listen.note()).contains("loopback only"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "192.168.1.1",
        "10.0.0.1",
        "203.0.113.7",
        "fe80::1",
        "169.254.1.1"
      })
  void without_keys_it_may_not_listen_where_others_can_come(String address) throws Exception {
    assertThat(ListenRule.of("admin_listen", InetAddress.getByName(address), false))
        .isInstanceOfSatisfying(
            ListenRule.Refuse.class,
            refuse ->
                assertThat(refuse.why())
                    .startsWith("admin_listen is ")
                    .contains("raincheck keys create"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "203.0.113.7"})
  void with_keys_it_may_listen_anywhere(String address) throws Exception {
    assertThat(ListenRule.of("listen", InetAddress.getByName(address), true))
        .isEqualTo(new ListenRule.Listen(""));
  }
}
