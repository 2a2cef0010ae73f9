package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Page;
import dev.raincheck.ledger.Reader.Position;
import dev.raincheck.ledger.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store promises about lists: newest first, page by page, each operation once. */
public abstract class ListContract extends StoreFixture {
  private static final int PAGES_MAX = 1_000;

  @Test
  void newest_first_then_by_id() {
    save(
        numbered(1).createdAt(T0).build(),
        numbered(2).createdAt(T0.plusMillis(5)).build(),
        numbered(4).createdAt(T0).build(),
        numbered(3).createdAt(T0).build());

    assertThat(walk(Filter.all(1), 100)).isEqualTo(ids(2, 4, 3, 1));
  }

  @Test
  void other_tenants_and_tombstones_are_not_listed() {
    save(numbered(1).build(), numbered(2).tenant(2).build(), new Row.Tombstone(id(3), 1, T0));

    assertThat(walk(Filter.all(1), 100)).isEqualTo(ids(1));
    assertThat(walk(Filter.all(3), 100)).isEmpty();
  }

  @Test
  void a_page_is_at_most_as_long_as_asked_and_says_where_to_go_on() {
    for (int n = 1; n <= 5; n++) save(numbered(n).createdAt(T0.plusMillis(n)).build());

    var first = page(Filter.all(1), null, 2);
    assertThat(ids(first.operations())).isEqualTo(ids(5, 4));
    assertThat(first.next()).isEqualTo(new Position(T0.plusMillis(4), id(4)));

    var second = page(Filter.all(1), first.next(), 2);
    assertThat(ids(second.operations())).isEqualTo(ids(3, 2));

    var third = page(Filter.all(1), second.next(), 2);
    assertThat(ids(third.operations())).isEqualTo(ids(1));
    assertThat(third.next()).isNull();
  }

  @Test
  void a_full_last_page_is_known_to_be_the_last() {
    for (int n = 1; n <= 4; n++) save(numbered(n).build());

    var first = page(Filter.all(1), null, 2);

    assertThat(first.next()).isNotNull();
    assertThat(page(Filter.all(1), first.next(), 2).next()).isNull();
    assertThat(page(Filter.all(1), null, 4).next()).isNull();
  }

  @Test
  void pages_stay_stable_while_operations_come_and_go() {
    for (int n = 1; n <= 6; n++) save(numbered(n).createdAt(T0.plusMillis(n)).build());
    var first = page(Filter.all(1), null, 2);

    save(numbered(7).createdAt(T0.plusMillis(99)).build());
    remove(id(5), id(4));

    assertThat(ids(page(Filter.all(1), first.next(), 10).operations())).isEqualTo(ids(3, 2, 1));
  }

  @Test
  void a_list_holds_operations_as_their_rows_keep_them() {
    var operation = numbered(1).input(AnOperation.bytes(4000), "text/plain").tag("a").build();
    save(operation);

    assertSame(page(Filter.all(1), null, 10).operations(), List.of(operation.inRow()));
  }

  @Test
  void each_filter_restricts_and_all_of_them_together() {
    save(
        numbered(1)
            .type("mail")
            .tag("red")
            .correlationId("order-7")
            .parent(id(50))
            .failed(true)
            .build(),
        numbered(2).type("mail").tag("blue").tag("red").running(42).build(),
        numbered(3).type("letter").tag("Red").correlationId("order-8").failed(false).build(),
        numbered(4).type("mail.big").correlationId("order-7").lane("a").blocked(1).build(),
        numbered(5).type("letter").parent(id(51)).tag("red-ish").canceled().build());

    assertThat(walk(where().statuses("failed"))).isEqualTo(ids(3, 1));
    assertThat(walk(where().statuses("running", "canceled"))).isEqualTo(ids(5, 2));
    assertThat(walk(where().statuses("queued"))).isEqualTo(ids(4));
    assertThat(walk(where().statuses("succeeded"))).isEmpty();
    assertThat(walk(where().type("mail"))).isEqualTo(ids(2, 1));
    assertThat(walk(where().tag("red"))).isEqualTo(ids(2, 1));
    assertThat(walk(where().tag("re%"))).isEmpty();
    assertThat(walk(where().correlationId("order-7"))).isEqualTo(ids(4, 1));
    assertThat(walk(where().correlationId(id(5).text()))).isEqualTo(ids(5));
    assertThat(walk(where().parent(id(50)))).isEqualTo(ids(1));
    assertThat(walk(where().dead(true))).isEqualTo(ids(1));
    assertThat(walk(where().dead(false))).isEqualTo(ids(5, 4, 3, 2));
    assertThat(
            walk(
                where()
                    .statuses("failed")
                    .type("mail")
                    .tag("red")
                    .correlationId("order-7")
                    .parent(id(50))
                    .dead(true)))
        .isEqualTo(ids(1));
    assertThat(walk(where().type("mail").tag("Red"))).isEmpty();
  }

  @Test
  void times_are_exclusive() {
    for (int n = 1; n <= 3; n++) save(numbered(n).createdAt(T0.plusMillis(n)).build());

    assertThat(walk(where().createdAfter(T0.plusMillis(1)))).isEqualTo(ids(3, 2));
    assertThat(walk(where().createdBefore(T0.plusMillis(3)))).isEqualTo(ids(2, 1));
    assertThat(walk(where().createdAfter(T0.plusMillis(1)).createdBefore(T0.plusMillis(3))))
        .isEqualTo(ids(2));
    // Bounds may be finer than the milliseconds that operations are created at.
    assertThat(walk(where().createdAfter(T0.plusNanos(1_500_000)))).isEqualTo(ids(3, 2));
    assertThat(walk(where().createdBefore(T0.plusNanos(2_500_000)))).isEqualTo(ids(2, 1));
  }

  @Test
  void a_transition_moves_an_operation_from_one_list_to_another() {
    save(numbered(1).build());
    save(numbered(1).failed(true).version(2).build());
    save(numbered(2).build());

    assertThat(walk(where().statuses("queued"))).isEqualTo(ids(2));
    assertThat(walk(where().statuses("failed").dead(true))).isEqualTo(ids(1));
  }

  @Test
  void any_filter_and_page_size_lists_the_same_operations_once_each() {
    var dice = Seeds.dice(3);
    var rows = new ArrayList<Row>();
    for (int n = 1; n <= 150; n++) rows.add(random(n, dice));
    commit(rows, List.of(), List.of());

    for (int round = 0; round < 40; round++) {
      var filter = random(dice);
      var expected = new ArrayList<OperationId>();
      for (var operation : walk(Filter.all(1), 1000)) {
        var found = (Operation) rows.get((int) operation.lo() - 1);
        if (MemoryReader.matches(filter, found)) expected.add(found.id());
      }
      assertThat(walk(filter, 1 + dice.nextInt(20))).as("%s", filter).isEqualTo(expected);
    }
  }

  private static Row random(int n, RandomGenerator dice) {
    var operation =
        numbered(n)
            .createdAt(T0.plusMillis(dice.nextInt(30)))
            .type(dice.nextBoolean() ? "mail" : "letter");
    if (dice.nextBoolean()) operation.tag("red");
    if (dice.nextInt(3) == 0) operation.tag("blue");
    if (dice.nextInt(3) == 0) operation.correlationId("order-" + dice.nextInt(3));
    if (dice.nextInt(4) == 0) operation.parent(id(1000 + dice.nextInt(2)));
    return switch (dice.nextInt(5)) {
      case 0 -> operation.running(42).build();
      case 1 -> operation.failed(dice.nextBoolean()).build();
      case 2 -> operation.succeeded(null).build();
      default -> operation.build();
    };
  }

  private static Filter random(RandomGenerator dice) {
    var some = where();
    if (dice.nextBoolean()) some.statuses(dice.nextBoolean() ? "failed" : "queued", "running");
    if (dice.nextInt(3) == 0) some.type("mail");
    if (dice.nextInt(3) == 0) some.tag(dice.nextBoolean() ? "red" : "blue");
    if (dice.nextInt(4) == 0) some.correlationId("order-" + dice.nextInt(3));
    if (dice.nextInt(4) == 0) some.parent(id(1000));
    if (dice.nextInt(4) == 0) some.dead(dice.nextBoolean());
    if (dice.nextInt(3) == 0) some.createdAfter(T0.plusMillis(dice.nextInt(30)));
    if (dice.nextInt(3) == 0) some.createdBefore(T0.plusMillis(dice.nextInt(30)));
    return some.filter();
  }

  private Page page(Filter filter, @Nullable Position after, int limit) {
    var page = read(reader -> reader.list(filter, after, limit));
    assertThat(page.operations()).hasSizeLessThanOrEqualTo(limit);
    return page;
  }

  private List<OperationId> walk(Where where) {
    return walk(where.filter(), 100);
  }

  /** Goes through all pages, each of which may be short of its limit. */
  private List<OperationId> walk(Filter filter, int limit) {
    var all = new ArrayList<OperationId>();
    Position after = null;
    for (int pages = 1; ; pages++) {
      assertThat(pages).as("a list that never ends").isLessThan(PAGES_MAX);
      var page = page(filter, after, limit);
      all.addAll(ids(page.operations()));
      after = page.next();
      if (after == null) return all;
    }
  }

  private static Where where() {
    return new Where();
  }

  /** A filter of tenant 1, member by member. */
  private static final class Where {
    private List<String> statuses = List.of();
    private @Nullable String type;
    private @Nullable String tag;
    private @Nullable String correlationId;
    private @Nullable OperationId parent;
    private @Nullable Boolean dead;
    private @Nullable Instant createdAfter;
    private @Nullable Instant createdBefore;

    Where statuses(String... values) {
      statuses = List.of(values);
      return this;
    }

    Where type(String value) {
      type = value;
      return this;
    }

    Where tag(String value) {
      tag = value;
      return this;
    }

    Where correlationId(String value) {
      correlationId = value;
      return this;
    }

    Where parent(OperationId value) {
      parent = value;
      return this;
    }

    Where dead(boolean value) {
      dead = value;
      return this;
    }

    Where createdAfter(Instant value) {
      createdAfter = value;
      return this;
    }

    Where createdBefore(Instant value) {
      createdBefore = value;
      return this;
    }

    Filter filter() {
      return new Filter(
          1, statuses, type, tag, correlationId, parent, dead, createdAfter, createdBefore);
    }
  }
}
