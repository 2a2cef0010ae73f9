package dev.raincheck.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ApiKeysTest {
  private static final Scopes READ = Scopes.of(List.of(Scopes.READ));

  private final ManualClock clock = ManualClock.at("2026-11-24T08:00:00.123456Z");
  private final MemoryStore store = new MemoryStore(clock);
  private final List<Ledger> ledgers = new ArrayList<>();
  private ApiKeys keys;

  @BeforeEach
  void start() {
    keys = node(1);
  }

  @AfterEach
  void stop() {
    ledgers.forEach(Ledger::close);
    store.close();
  }

  @Test
  void a_new_key_is_recognized_at_once() {
    assertThat(keys.isEmpty()).isTrue();
    var created = create("ci", "acme", READ, null);

    assertThat(keys.verify(created.secret()))
        .isEqualTo(new ApiKeys.Verdict.Known(new Principal(2, "acme", created.key().id(), READ, null)));
    assertThat(keys.isEmpty()).isFalse();
  }

  @Test
  void keys_survive_a_restart_and_their_secrets_are_not_in_the_store() {
    var created = create("ci", "acme", READ, clock.instant().plusSeconds(60));
    var restarted = node(2);

    assertThat(restarted.list()).containsExactly(created.key());
    assertThat(restarted.verify(created.secret())).isInstanceOf(ApiKeys.Verdict.Known.class);
    var body =
        store.read(
            reader -> reader.doc(new Key.Doc(0, "api_key", created.key().id())).orElseThrow());
    var secret = created.secret().substring(17, 60);
    assertThat(new String(body.body(), StandardCharsets.ISO_8859_1)).doesNotContain(secret);
  }

  @Test
  void a_secret_is_in_no_text_but_its_own() {
    var created = create("ci", "acme", READ, null);
    assertThat(created.toString()).doesNotContain(created.secret().substring(17, 60));
    assertThat(keys.list().toString()).doesNotContain(created.secret().substring(17, 60));
  }

  @Test
  void a_key_ends_when_it_expires() {
    var created = create("ci", "default", READ, clock.instant().plusSeconds(60));

    clock.advance(Duration.ofSeconds(59));
    assertThat(keys.verify(created.secret())).isInstanceOf(ApiKeys.Verdict.Known.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.verify(created.secret())).isEqualTo(new ApiKeys.Verdict.Expired());
  }

  @Test
  void a_revoked_key_ends_at_once_and_stays_in_the_list() {
    var created = create("ci", "default", READ, null);
    clock.advance(Duration.ofSeconds(5));

    var revoked = keys.revoke(created.key().id());

    assertThat(keys.verify(created.secret())).isEqualTo(new ApiKeys.Verdict.Revoked());
    assertThat(keys.isEmpty()).isFalse();
    assertThat(keys.list())
        .singleElement()
        .extracting(ApiKey::revokedAt)
        .isEqualTo(Instant.parse("2026-11-24T08:00:05.123Z"));

    clock.advance(Duration.ofSeconds(5));
    assertThat(keys.revoke(created.key().id())).isEqualTo(revoked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "", "a", "../../..", "0000000\u0000", "00000000000000000"})
  void what_is_no_key_cannot_be_revoked(String id) {
    assertThat(keys.revoke(id)).isEqualTo(new ApiKeys.Revocation.Unknown());
  }

  @Test
  void another_secret_with_a_known_id_is_unknown_whatever_became_of_the_key() {
    var created = create("ci", "default", READ, null);
    var forged = forge(created.key().id());

    assertThat(keys.verify(forged)).isEqualTo(new ApiKeys.Verdict.Unknown());
    keys.revoke(created.key().id());
    assertThat(keys.verify(forged)).isEqualTo(new ApiKeys.Verdict.Unknown());
    assertThat(keys.verify(KeyText.draw(new SecureRandom())))
        .isEqualTo(new ApiKeys.Verdict.Unknown());
  }

  @Test
  void the_last_use_is_told_to_the_minute_and_survives_changes_of_other_keys() {
    var created = create("ci", "default", READ, null);
    assertThat(keys.find(created.key().id()).orElseThrow().lastUsedAt()).isNull();

    clock.advance(Duration.ofSeconds(90));
    keys.verify(created.secret());
    keys.verify(forge(created.key().id()));
    create("other", "default", READ, null);

    assertThat(keys.find(created.key().id()).orElseThrow().lastUsedAt())
        .isEqualTo("2026-11-24T08:01:00Z");
  }

  @Test
  void keys_are_listed_newest_first() {
    var first = create("first", "default", READ, null);
    clock.advance(Duration.ofSeconds(1));
    var second = create("second", "acme", READ, null);
    assertThat(keys.list()).containsExactly(second.key(), first.key());
  }

  @Test
  void the_default_tenant_is_number_1_without_ever_being_made() {
    assertThat(keys.tenants().number("default")).contains(1);
    assertThat(keys.tenants().number("acme")).isEmpty();
    assertThat(create("ci", "default", READ, null).key().tenantNumber()).isEqualTo(1);
    assertThat(create("ci", "acme", READ, null).key().tenantNumber()).isEqualTo(2);
    assertThat(create("ci", "acme", READ, null).key().tenantNumber()).isEqualTo(2);
    assertThat(create("ci", "beta", READ, null).key().tenantNumber()).isEqualTo(3);
    assertThat(keys.tenants().all()).hasToString("{acme=2, beta=3, default=1}");
  }

  @Test
  void tenants_made_at_the_same_time_get_numbers_of_their_own() throws Exception {
    var made = new ArrayList<Future<ApiKeys.Creation>>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 32; i++) {
        var tenant = "t" + i / 2;
        made.add(threads.submit(() -> keys.create("ci", tenant, READ, null)));
      }
    }
    for (var creation : made) {
      assertThat(creation.get()).isInstanceOf(ApiKeys.Creation.Created.class);
    }
    assertThat(keys.tenants().all().values()).hasSize(17).doesNotHaveDuplicates();
    for (var key : keys.list()) {
      assertThat(keys.tenants().number(key.tenant())).contains(key.tenantNumber());
    }
  }

  @Test
  void what_another_node_did_counts_once_it_is_said_to_have_changed() {
    var other = node(2);
    assertThat(other.isEmpty()).isTrue();
    var created = create("ci", "acme", READ, null);
    assertThat(other.verify(created.secret())).isEqualTo(new ApiKeys.Verdict.Unknown());

    other.changed();
    assertThat(other.verify(created.secret())).isInstanceOf(ApiKeys.Verdict.Known.class);

    keys.revoke(created.key().id());
    other.changed();
    assertThat(other.verify(created.secret())).isEqualTo(new ApiKeys.Verdict.Revoked());
  }

  @Test
  void a_tenant_that_another_node_made_keeps_its_number() {
    var other = node(2);
    assertThat(other.isEmpty()).isTrue();
    create("ci", "acme", READ, null);

    assertThat(
            ((ApiKeys.Creation.Created) other.create("ci", "acme", READ, null))
                .key()
                .tenantNumber())
        .isEqualTo(2);
  }

  @Test
  void a_key_that_cannot_be_read_admits_nobody_and_stops_nobody_else() {
    put(new Key.Doc(0, "api_key", "garbage1"), new byte[] {99, 1, 2});
    put(new Key.Doc(0, "api_key", "garbage2"), new byte[0]);
    assertThat(keys.isEmpty()).isFalse();
    assertThat(keys.list()).isEmpty();

    var created = create("ci", "default", READ, null);
    assertThat(keys.verify(created.secret())).isInstanceOf(ApiKeys.Verdict.Known.class);
  }

  @Test
  void nobody_is_recognized_by_what_is_known_to_be_out_of_date() {
    var created = create("ci", "default", READ, null);
    keys.verify(created.secret());
    keys.revoke(created.key().id());
    store.close();
    assertThatThrownBy(() -> keys.verify(created.secret())).isInstanceOf(StoreException.class);
  }

  @Test
  void a_change_of_other_documents_is_not_worth_a_read() {
    var created = create("ci", "default", READ, null);
    keys.verify(created.secret());
    put(new Key.Doc(1, "queue", "mail"), new byte[] {1});
    store.close();
    assertThat(keys.verify(created.secret())).isInstanceOf(ApiKeys.Verdict.Known.class);
  }

  @Test
  void after_the_ledger_has_closed_a_change_is_refused() {
    var created = create("ci", "default", READ, null);
    ledgers.getFirst().close();
    assertThat(keys.create("ci", "default", READ, null)).isInstanceOf(ApiKeys.Creation.Busy.class);
    assertThat(keys.create("ci", "acme", READ, null)).isInstanceOf(ApiKeys.Creation.Busy.class);
    assertThat(keys.revoke(created.key().id())).isInstanceOf(ApiKeys.Revocation.Busy.class);
  }

  @Test
  void there_are_no_more_tenants_than_fit() {
    put(new Key.Doc(0, "tenant_number", "last"), Bodies.number(Tenants.COUNT_MAX - 1));
    assertThat(create("ci", "last", READ, null).key().tenantNumber()).isEqualTo(Tenants.COUNT_MAX);
    assertThat(keys.create("ci", "more", READ, null))
        .isEqualTo(new ApiKeys.Creation.TooManyTenants());
    create("ci", "last", READ, null);
  }

  @Test
  void when_all_keys_are_in_use_a_new_one_needs_one_that_is_over() {
    var now = clock.instant();
    var puts =
        IntStream.range(0, ApiKeys.COUNT_MAX)
            .mapToObj("%08d"::formatted)
            .map(
                id -> new ApiKey(id, "n", "default", 1, READ, now, now.plusSeconds(60), null, null))
            .map(
                key ->
                    new Command.Put(
                        new Key.Doc(0, "api_key", key.id()), 0, Bodies.key(key, new byte[32])))
            .map(ledgers.getFirst()::hand)
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(puts).join();
    assertThat(keys.create("new", "default", READ, null))
        .isEqualTo(new ApiKeys.Creation.TooManyKeys());

    keys.revoke("00000007");
    clock.advance(Duration.ofSeconds(60));
    create("new", "default", READ, null);

    assertThat(keys.find("00000007")).isEmpty();
    assertThat(keys.list()).hasSize(ApiKeys.COUNT_MAX);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a b", "-a", ".a", "_a", "ä", "a/b", "a\n", "../a"})
  void a_tenants_name_has_a_form(String name) {
    assertThat(Tenants.isName(name)).isFalse();
    assertThatThrownBy(() -> keys.create("ci", name, READ, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\u0000", "\u0085", "\uD800", "a\u007F"})
  void a_keys_name_is_printable(String name) {
    assertThat(ApiKey.isName(name)).isFalse();
    assertThatThrownBy(() -> keys.create(name, "default", READ, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private ApiKeys node(long number) {
    var ledger = new Ledger(store, number, new SplittableRandom(number), (_, _) -> 0);
    var node = ApiKeys.of(ledger, store, new SecureRandom(), clock);
    ledger.start();
    ledgers.add(ledger);
    return node;
  }

  private ApiKeys.Creation.Created create(
      String name, String tenant, Scopes scopes, Instant expiresAt) {
    return (ApiKeys.Creation.Created) keys.create(name, tenant, scopes, expiresAt);
  }

  private void put(Key.Doc key, byte[] body) {
    var outcome = ledgers.getFirst().hand(new Command.Put(key, 0, body)).join();
    assertThat(outcome).isEqualTo(new Outcome.Written(1));
  }

  /** A well-formed key with the id of another. */
  private static String forge(String id) {
    var start = KeyText.PREFIX + id + KeyText.draw(new SecureRandom()).substring(16, 60);
    return start + "_" + KeyText.checksum(start);
  }
}
