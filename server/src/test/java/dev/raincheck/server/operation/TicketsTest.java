package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.OperationId;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketsTest {
  private static final byte[] SECRET = "the secret of this server".getBytes(UTF_8);
  private static final Ticket TICKET =
      new Ticket(
          new OperationId(1, -2), 7, "a1B2c3D4", Set.of(TicketScope.READ),
          Instant.parse("2026-11-24T08:15:00.123Z"));

  private final Tickets tickets = new Tickets(SECRET);

  @Test
  void every_node_with_the_secret_reads_what_another_has_signed() {
    var both =
        new Ticket(
            TICKET.operation(), 7, "local", Set.of(TicketScope.READ, TicketScope.CANCEL),
            TICKET.until());
    for (var ticket : new Ticket[] {TICKET, both}) {
      assertThat(new Tickets(SECRET.clone()).read(tickets.text(ticket))).contains(ticket);
    }
  }

  @Test
  void needs_no_escaping_in_a_url() {
    assertThat(tickets.text(TICKET)).matches("tk_[A-Za-z0-9_-]{90,130}");
  }

  @Test
  void another_server_s_ticket_is_none() {
    var other = new Tickets("the secret of another server".getBytes(UTF_8));
    assertThat(other.read(tickets.text(TICKET))).isEmpty();
  }

  @Test
  void a_signature_for_a_cursor_or_a_call_back_is_none_for_a_ticket() {
    // The same bytes signed with the secret itself would have to be accepted if keys were shared.
    var text = new Tickets(SECRET).text(TICKET);
    var bytes = Base64.getUrlDecoder().decode(text.substring(3));
    assertThat(new Tickets(bytes).read(text)).isEmpty();
  }

  @Test
  void changing_any_bit_makes_it_none() {
    var bytes = Base64.getUrlDecoder().decode(tickets.text(TICKET).substring(3));
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      var changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      var text = "tk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
      assertThat(tickets.read(text)).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void has_one_text_only() {
    var text = tickets.text(TICKET);
    assertThat(tickets.read(text + "=")).isEmpty();
    assertThat(tickets.read(text + "A")).isEmpty();
    assertThat(tickets.read(text.substring(3))).isEmpty();
    assertThat(tickets.read(text.substring(0, text.length() - 1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tk_", "tk_AA", "tk_****", "null", "undefined", "tk_\u0000"})
  void what_was_never_signed_is_none(String text) {
    assertThat(tickets.read(text)).isEmpty();
    assertThat(tickets.read(text + "A".repeat(100_000))).isEmpty();
  }

  @Test
  void a_credential_s_name_has_a_bound() {
    var long129 =
        new Ticket(TICKET.operation(), 7, "x".repeat(129), TICKET.scopes(), TICKET.until());
    assertThatThrownBy(() -> tickets.text(long129)).isInstanceOf(IllegalArgumentException.class);
    var long128 =
        new Ticket(TICKET.operation(), 7, "x".repeat(128), TICKET.scopes(), TICKET.until());
    assertThat(tickets.read(tickets.text(long128))).contains(long128);
  }
}
