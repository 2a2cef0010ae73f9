package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Position;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {
  private static final Position POSITION =
      new Position(Instant.parse("2026-11-24T08:00:00.123Z"), new OperationId(-5, 6));
  private static final Filter FILTER =
      new Filter(
          1, List.of("queued"), "mail", "red", "order-7", new OperationId(1, 2), true,
          Instant.EPOCH, Instant.EPOCH.plusSeconds(1));

  private final Cursors cursors = new Cursors("a secret of the server".getBytes(UTF_8));

  @Test
  void a_cursor_is_read_back_by_whoever_has_the_secret() {
    var cursor = cursors.write(FILTER, POSITION);

    assertThat(cursor).matches("[A-Za-z0-9_-]+");
    assertThat(new Cursors("a secret of the server".getBytes(UTF_8)).read(FILTER, cursor))
        .contains(POSITION);
    assertThat(new Cursors("another secret".getBytes(UTF_8)).read(FILTER, cursor)).isEmpty();
  }

  static Stream<Filter> otherFilters() {
    var f = FILTER;
    return Stream.of(
        Filter.all(1),
        new Filter(
            2, f.statuses(), f.type(), f.tag(), f.correlationId(), f.parent(), f.dead(),
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, List.of("queued", "running"), f.type(), f.tag(), f.correlationId(), f.parent(),
            f.dead(), f.createdAfter(), f.createdBefore()),
        new Filter(
            1, List.of(), f.type(), f.tag(), f.correlationId(), f.parent(), f.dead(),
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, f.statuses(), "red", "mail", f.correlationId(), f.parent(), f.dead(),
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), null, f.correlationId(), f.parent(), f.dead(),
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), "null", f.correlationId(), f.parent(), f.dead(),
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), f.tag(), "order-8", f.parent(), f.dead(), f.createdAfter(),
            f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), f.tag(), f.correlationId(), null, f.dead(),
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), f.tag(), f.correlationId(), f.parent(), false,
            f.createdAfter(), f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), f.tag(), f.correlationId(), f.parent(), f.dead(), null,
            f.createdBefore()),
        new Filter(
            1, f.statuses(), f.type(), f.tag(), f.correlationId(), f.parent(), f.dead(),
            f.createdBefore(), f.createdAfter()));
  }

  @ParameterizedTest
  @MethodSource("otherFilters")
  void a_cursor_means_nothing_to_another_tenant_or_with_other_filters(Filter other) {
    assertThat(cursors.read(other, cursors.write(FILTER, POSITION))).isEmpty();
  }

  @Test
  void no_character_of_a_cursor_can_be_changed_left_out_or_added() {
    var cursor = cursors.write(FILTER, POSITION);
    for (int i = 0; i < cursor.length(); i++) {
      char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      var changed = cursor.substring(0, i) + other + cursor.substring(i + 1);
      assertThat(cursors.read(FILTER, changed)).as("character %d", i).isEmpty();
      assertThat(cursors.read(FILTER, cursor.substring(0, i))).isEmpty();
    }
    assertThat(cursors.read(FILTER, cursor + "A")).isEmpty();
    assertThat(cursors.read(FILTER, cursor + "=")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "!!!", "AAAA", "eyJhIjoxfQ==", "ü", "null", " "})
  void what_was_never_a_cursor_is_none(String text) {
    assertThat(cursors.read(FILTER, text)).isEmpty();
  }
}
