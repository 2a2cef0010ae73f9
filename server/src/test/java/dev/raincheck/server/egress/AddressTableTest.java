package dev.raincheck.server.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
        "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254", "169.254.0.1",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
        "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1",
        "100::1", "100:0:0:1::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1",
        "2001:db8::1", "2002:7f00:1::", "2002:7f00:1::1", "2002:808:808::1", "3fff::1",
        "3fff:fff::1", "5f00::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
        "ff02::1", "ff0e::1", "4000::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
      })
  void what_is_no_public_address_is_denied(String address) {
    assertThat(SpecialAddresses.contain(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "2001:200::1",
        "2001:4860:4860::8888", "2001:db7:ffff::1", "2001:db9::1", "2003::1", "2606:4700::1111",
        "2a00::1", "3ffe:ffff::1", "3fff:1000::1"
      })
  void public_addresses_are_allowed_up_to_the_edges_of_the_ranges(String address) {
    assertThat(SpecialAddresses.contain(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void the_operators_list_opens_ranges_addresses_and_names() {
    var allowed = EgressPolicy.Allowed.of(List.of("10.1.0.0/16", "::1", "Reports.Internal"));
    var policy = EgressPolicy.forOperator(allowed, List.of());

    assertThat(policy.permits("a.test", 80, InetAddress.ofLiteral("10.1.2.3"))).isTrue();
    assertThat(policy.permits("a.test", 80, InetAddress.ofLiteral("10.2.2.3"))).isFalse();
    assertThat(policy.permits("a.test", 80, InetAddress.ofLiteral("::1"))).isTrue();
    assertThat(policy.permits("a.test", 80, InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    assertThat(policy.permits("reports.internal", 80, InetAddress.ofLiteral("10.9.9.9"))).isTrue();
    assertThat(allowed.ranges()).extracting(AddressRange::toString).contains("10.1.0.0/16");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9000/, 127.0.0.1, 9000, true",
    "http://127.0.0.1:9000/, 127.0.0.1, 9001, false",
    "http://[::1]:9000/, 0:0:0:0:0:0:0:1, 9000, true",
    "http://localhost:9000/, localhost, 9000, true",
    "http://reports:9000/, reports, 9000, true",
    "http://a.b.internal/, a.b.internal, 80, true",
    "http://nas.home.arpa/, nas.home.arpa, 80, true",
    "http://api.example.com/, api.example.com, 80, false",
    "http://internal.example.com/, internal.example.com, 80, false",
    "http://localhost.example.com/, localhost.example.com, 80, false",
    "http://api.example.com/, localhost, 80, false"
  })
  void an_operators_url_opens_private_addresses_only_to_names_that_say_so(
      String written, String host, int port, boolean open) {
    var policy =
        EgressPolicy.forOperator(EgressPolicy.Allowed.NOTHING, List.of(UrlTest.url(written)));
    assertThat(policy.permits(host, port, InetAddress.ofLiteral("127.0.0.1"))).isEqualTo(open);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "010.0.0.0/8",
        "fe80::1%eth0/10", "::/129", "fc00::1/7", "a b", "", "127.1", "-.internal"
      })
  void an_entry_that_cannot_be_read_is_refused_by_name(String entry) {
    assertThatThrownBy(() -> EgressPolicy.Allowed.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + entry + "\"");
  }
}
