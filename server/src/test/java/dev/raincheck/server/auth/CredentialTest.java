package dev.raincheck.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
  @ParameterizedTest
  @ValueSource(strings = {"Bearer abc", "bearer abc", "BEARER abc", "Bearer    abc"})
  void the_scheme_is_bearer_in_any_case(String value) {
    assertThat(Credential.of(List.of(value))).isEqualTo(new Credential.Bearer("abc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rk_live_a_b_c", "eyJ.eyJ.-_~+/", "a==", "Bearer"})
  void a_token_is_taken_as_it_is(String token) {
    assertThat(Credential.of(List.of("Bearer " + token))).isEqualTo(new Credential.Bearer(token));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Bearer\tabc",
        "Bearerabc",
        "Bearer a b",
        "Bearer a,b",
        "Bearer \"abc\"",
        "Bearer a\tb",
        "Bearer abc, Bearer def",
        "Bearer =",
        "Bearer a=b",
        "Bearer é",
        "Bearer a\u0000",
        "Bearer token=abc",
        "Basic YTpi",
        "Token abc",
        "abc",
        "rk_live_a_b_c",
        "Bearer: abc",
        "Negotiate abc"
      })
  void everything_else_is_malformed(String value) {
    assertThat(Credential.of(List.of(value))).isEqualTo(new Credential.Malformed());
  }

  @Test
  void two_credentials_are_malformed_even_if_they_are_the_same() {
    assertThat(Credential.of(List.of("Bearer a", "Bearer a")))
        .isEqualTo(new Credential.Malformed());
  }

  @Test
  void nothing_presented_is_no_credential() {
    assertThat(Credential.of(List.of())).isEqualTo(new Credential.None());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8080",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.1.2.3:80",
        "[::1]:8"
      })
  void a_host_of_this_machine_is_local(String host) {
    assertThat(LocalHost.isLocal(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8080",
        "localhost:8080@evil.example",
        "10.0.0.1",
        "0.0.0.0",
        "[::]",
        "127.0.0.1:8080:1",
        " localhost"
      })
  void any_other_host_is_not(String host) {
    assertThat(LocalHost.isLocal(host)).isFalse();
  }
}
