package dev.raincheck.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided about published events, and how they are written. */
class PublishTest {
  private static final Instant NOW = Situation.T0;
  private static final Map<String, Integer> TENANTS = Map.of("default", 1, "acme", 2);

  private static Decision decide(Command command, OutboxRow... rows) {
    var set = new WorkingSet(new Loaded(Map.of(), Map.of()), Map.of());
    set.add(List.of(rows));
    return Rules.decide(command, set, NOW, new Random(1), (_, _) -> 1);
  }

  private static Fact fact(String topic, String id, int bytes) {
    var data = new Payload.Inline(new byte[bytes], "application/octet-stream");
    return new Fact(topic, id, "/shop", "OrderPaid", "4711", NOW, data, Map.of("traceparent", "00-1"));
  }

  private static OutboxRow row(long number, String tenant, @Nullable String json) {
    return row(number, tenant, "orders", json == null ? null : json.getBytes(UTF_8), null);
  }

  private static OutboxRow row(
      long number, String tenant, String topic, byte @Nullable [] json, @Nullable String trace) {
    long bytes = json == null ? 0 : json.length;
    return new OutboxRow(number, tenant, topic, "4711", "id-" + number, "OrderPaid", NOW, json, bytes, trace);
  }

  private static Command.MoveOutbox move(boolean complete, Long... rows) {
    return new Command.MoveOutbox(Arrays.asList(rows), TENANTS, complete);
  }

  @Test
  void events_of_one_command_are_entries_of_their_topics_in_order() {
    var one = fact("orders", "a", 3);
    var two = fact("bills", "b", 3);

    var decision = decide(new Command.Publish(7, List.of(one, two)));

    assertThat(decision.outcome()).isEqualTo(new Outcome.Published(2));
    assertThat(decision.entries()).containsExactly(Entry.published(7, one), Entry.published(7, two));
    assertThat(decision.entries()).extracting(Entry::stream).containsExactly("7:topic:orders", "7:topic:bills");
    assertThat(Entry.tenantOf("7:topic:orders")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".orders", "-orders", "order lines", "orders:operations", "a/b", "raincheck.x", "bücher"})
  void what_is_no_topic_is_refused_and_nothing_of_its_command_is_published(String topic) {
    var decision = decide(new Command.Publish(1, List.of(fact("orders", "a", 3), fact(topic, "b", 3))));

    assertThat(decision.outcome()).isInstanceOf(Outcome.NotPublishable.class);
    assertThat(decision.entries()).isEmpty();
  }

  @Test
  void data_up_to_the_limit_is_published_and_a_byte_more_is_refused() {
    var most = fact("orders", "a", Fact.DATA_MAX);
    assertThat(decide(new Command.Publish(1, List.of(most))).outcome()).isEqualTo(new Outcome.Published(1));

    var more = fact("orders", "a", Fact.DATA_MAX + 1);
    assertThat(decide(new Command.Publish(1, List.of(more))).outcome())
        .isEqualTo(new Outcome.NotPublishable("Its data has 65537 bytes, and 65536 is the most that is published."));
  }

  @Test
  void rows_of_the_outbox_are_published_in_the_order_of_their_numbers_and_taken() {
    var decision = decide(move(false, 3L, 4L, 5L), row(5, "acme", "{}"), row(3, "default", null));

    assertThat(decision.outcome()).isEqualTo(new Outcome.Emptied(2, List.of(), false));
    assertThat(decision.taken()).containsExactly(new Batch.Taken(3, null), new Batch.Taken(5, null));
    assertThat(decision.entries()).extracting(Entry::stream).containsExactly("1:topic:orders", "2:topic:orders");
    assertThat(decision.entries()).extracting(entry -> entry.fact().id()).containsExactly("id-3", "id-5");
    assertThat(decision.entries().getFirst().fact().data()).isNull();
    assertThat(decision.entries().getLast().fact().data().mediaType()).isEqualTo("application/json");
  }

  @Test
  void a_row_that_cannot_be_published_is_set_aside_and_holds_up_no_other() {
    var long_ = new OutboxRow(2, "default", "orders", "", "id", "OrderPaid", NOW, null, 70_000, null);

    var decision =
        decide(
            move(true, 1L, 2L, 3L, 4L),
            row(1, "default", "no topic", null, null), long_, row(3, "nobody", "{}"), row(4, "default", "{}"));

    assertThat(decision.entries()).hasSize(1);
    assertThat(decision.taken()).extracting(Batch.Taken::number).containsExactly(1L, 2L, 3L, 4L);
    assertThat(((Outcome.Emptied) decision.outcome()).aside())
        .extracting(Batch.Taken::problem)
        .containsExactly(
            "Its topic is not a name of 1 to 200 of A-Z a-z 0-9 . _ - that is free to use.",
            "Its data has 70000 bytes, and 65536 is the most that is published.",
            "There is no tenant of that name.");
  }

  @Test
  void a_row_of_a_tenant_that_may_be_new_is_left_until_all_tenants_are_known() {
    var decision = decide(move(false, 1L, 2L), row(1, "nobody", "{}"), row(2, "default", "{}"));

    assertThat(decision.outcome()).isEqualTo(new Outcome.Emptied(1, List.of(), true));
    assertThat(decision.taken()).containsExactly(new Batch.Taken(2, null));
  }

  @Test
  void a_row_is_taken_once_in_a_batch() {
    var set = new WorkingSet(new Loaded(Map.of(), Map.of()), Map.of());
    set.add(List.of(row(1, "default", "{}")));
    set.apply(Rules.decide(move(true, 1L), set, NOW, new Random(1), (_, _) -> 1));

    var again = Rules.decide(move(true, 1L), set, NOW, new Random(1), (_, _) -> 1);

    assertThat(again.outcome()).isEqualTo(new Outcome.Emptied(0, List.of(), false));
    assertThat(set.batch(1, 1).taken()).hasSize(1);
    assertThat(set.commit().topics()).containsExactly("1:topic:orders");
  }

  @Test
  void a_traceparent_is_found_in_what_a_tracer_has_left() {
    var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    assertThat(row(1, "default", "orders", null, "#now\ntraceparent=" + parent + "\n").fact().extensions())
        .containsEntry("traceparent", parent);
    assertThat(row(1, "default", "orders", null, "uber-trace-id=1\\:2\\:3").fact().extensions()).isEmpty();
  }

  @Test
  void a_segment_of_events_is_read_as_it_was_written() {
    var bare = new Fact("orders", "b", null, "X", null, NOW, null, Map.of());
    var full = fact("orders", "a", 5);
    var written = OperationCodec.entries(List.of(Entry.published(1, full), Entry.published(1, bare)));

    var read = OperationCodec.entries("1:topic:orders", written);

    assertThat(read).hasSize(2);
    assertThat(read.getLast()).isEqualTo(Entry.published(1, bare));
    assertThat(read.getFirst().fact()).usingRecursiveComparison().isEqualTo(full);
    assertThat(read.getFirst().type()).isEqualTo("OrderPaid");
  }

  /** Its reader takes a format, a count, and that many entries; what follows it does not look at. */
  @Test
  void the_version_before_reads_a_segment_of_events_as_an_empty_one() {
    byte[] written = OperationCodec.entries(List.of(Entry.published(1, fact("orders", "a", 5))));

    assertThat(written[0]).isEqualTo((byte) 1);
    assertThat(written[1]).isZero();
  }

  @Test
  void an_old_segment_and_one_of_operations_are_as_they_were() {
    var entries = List.of(new Entry("s", Situation.ID, 1, "queued"), new Entry("s", Situation.ID, 2, "running"));

    assertThat(OperationCodec.entries("s", OperationCodec.entries(entries))).isEqualTo(entries);
    assertThat(OperationCodec.entries("s", new byte[] {1, 0})).isEmpty();
  }

  @Test
  void a_damaged_segment_of_events_is_refused_as_such_or_read() {
    byte[] good = OperationCodec.entries(List.of(Entry.published(1, fact("orders", "a", 5))));
    var refused = new ArrayList<StoreException>();
    for (int at = 0; at < good.length; at++) {
      for (byte value : new byte[] {0, 1, -1, 127}) {
        byte[] bad = good.clone();
        bad[at] = value;
        try {
          assertThat(OperationCodec.entries("1:topic:orders", bad)).isNotNull();
        } catch (StoreException e) {
          refused.add(e);
        }
      }
    }
    assertThat(refused).isNotEmpty();
  }
}
