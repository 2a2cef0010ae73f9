package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The address of a database, as an operator writes it. */
class PostgresConfigTest {
  @Test
  void an_address_has_a_login_hosts_a_database_and_parameters() {
    var config =
        PostgresConfig.of(
            "postgresql://app:p%40ss%2Fw%25rd+@db1:5432,db2/raincheck?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&currentSchema=jobs");

    assertThat(config.hosts()).isEqualTo("db1:5432,db2");
    assertThat(config.database()).isEqualTo("raincheck");
    assertThat(config.user()).isEqualTo("app");
    assertThat(config.password()).isEqualTo("p@ss/w%rd+");
    assertThat(config.parameters())
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslrootcert", "/etc/ca.pem")
        .hasSize(2);
    assertThat(config.schema()).isEqualTo("jobs");
    assertThat(config.strict()).isTrue();
    assertThat(config.location()).isEqualTo("postgresql://db1:5432,db2/raincheck");
  }

  @Test
  void the_login_may_stand_among_the_parameters_or_be_left_out() {
    var among = PostgresConfig.of("postgres://db/raincheck?user=app&password=hush");
    assertThat(among.user()).isEqualTo("app");
    assertThat(among.password()).isEqualTo("hush");
    assertThat(among.parameters()).isEmpty();

    var none = PostgresConfig.of("postgresql://db/raincheck");
    assertThat(none.user()).isNull();
    assertThat(none.password()).isNull();
    assertThat(none.schema()).isEqualTo("raincheck");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://app:hush@db/raincheck",
        "postgresql://app:hush@db",
        "postgresql://app:hush@/raincheck",
        "postgresql://app:hush@db/",
        "postgresql://app:hush@db/a/b",
        "postgresql://app:hush%zz@db/raincheck",
        "postgresql://app:hush@db/raincheck?hush",
        "postgresql://app:hush@db/raincheck?currentSchema=a;b"
      })
  void what_is_no_address_is_refused_without_showing_its_password(String url) {
    assertThatThrownBy(() -> PostgresConfig.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hush");
  }
}
