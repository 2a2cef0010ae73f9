package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.bytes;
import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Payload.Part;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Row.Chunk.Kind;
import dev.raincheck.ledger.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every store promises about payloads and chunks: bytes come back as they were, and go with
 * their operation.
 */
public abstract class PayloadContract extends StoreFixture {
  private static final int LONG = Payload.INLINE_MAX + 1;

  @Test
  void bytes_up_to_the_limit_come_with_the_row() {
    for (int size : new int[] {0, 1, Payload.INLINE_MAX}) {
      var operation =
          numbered(size).input(bytes(size), "image/png").succeeded(result(size)).build();
      save(operation);

      assertSame(find(1, id(size)), operation);
      assertThat(payload(id(size), Part.INPUT)).isEmpty();
      assertThat(payload(id(size), Part.RESULT)).isEmpty();
    }
  }

  @Test
  void longer_bytes_are_kept_apart() {
    save(numbered(1).input(bytes(LONG), "image/png").succeeded(result(200_000)).build());

    var found = find(1, id(1));
    assertSame(found.submission().input(), apart(LONG, "image/png"));
    assertSame(found.state(), new State.Succeeded(result(200_000).inRow()));
    assertThat(payload(id(1), Part.INPUT)).hasValue(bytes(LONG));
    assertThat(payload(id(1), Part.RESULT)).hasValue(bytes(200_000));
  }

  @Test
  void a_megabyte_is_kept_byte_by_byte() {
    save(numbered(1).input(bytes(1 << 20), "application/octet-stream").build());

    assertThat(payload(id(1), Part.INPUT)).hasValue(bytes(1 << 20));
  }

  @Test
  void payloads_outlive_the_saves_that_only_refer_to_them() {
    save(numbered(1).input(bytes(LONG), "image/png").build());
    save(numbered(1).input(apart(LONG, "image/png")).running(42).version(2).build());
    save(numbered(1).input(apart(LONG, "image/png")).version(3).succeeded(result(LONG)).build());
    save(
        numbered(1)
            .input(apart(LONG, "image/png"))
            .version(3)
            .retriedAs(id(9))
            .succeeded(result(LONG).inRow())
            .build());

    assertThat(payload(id(1), Part.INPUT)).hasValue(bytes(LONG));
    assertThat(payload(id(1), Part.RESULT)).hasValue(bytes(LONG));
  }

  @Test
  void a_result_that_is_gone_takes_its_bytes_along() {
    save(numbered(1).input(bytes(LONG), "image/png").succeeded(result(LONG)).build());

    save(
        numbered(1)
            .input(apart(LONG, "image/png"))
            .succeeded(result(LONG).inRow())
            .resultGone()
            .build());

    assertThat(payload(id(1), Part.RESULT)).isEmpty();
    assertThat(payload(id(1), Part.INPUT)).hasValue(bytes(LONG));
  }

  @Test
  void a_tombstone_and_a_removal_take_payloads_and_chunks_along() {
    for (int n = 1; n <= 3; n++) {
      save(
          numbered(n).input(bytes(LONG), "image/png").succeeded(result(LONG)).build(),
          log(n, 2, "a"));
    }

    save(new Row.Tombstone(id(1), 1, T0));
    remove(id(2));

    for (int n = 1; n <= 2; n++) {
      assertThat(payload(id(n), Part.INPUT)).isEmpty();
      assertThat(payload(id(n), Part.RESULT)).isEmpty();
      assertThat(chunks(n, 0, 10)).isEmpty();
    }
    assertThat(payload(id(3), Part.INPUT)).isPresent();
    assertThat(payload(id(3), Part.RESULT)).isPresent();
    assertThat(chunks(3, 0, 10)).hasSize(1);
  }

  @Test
  void chunks_come_in_the_order_of_their_versions_after_the_one_that_is_known() {
    save(numbered(1).running(42).build(), numbered(2).running(42).build());
    save(log(1, 12, "c"), log(1, 4, "a"), log(2, 5, "x"));
    save(output(1, 7));

    assertSame(chunks(1, 0, 10), List.of(log(1, 4, "a"), output(1, 7), log(1, 12, "c")));
    assertSame(chunks(1, 4, 10), List.of(output(1, 7), log(1, 12, "c")));
    assertSame(chunks(1, 0, 2), List.of(log(1, 4, "a"), output(1, 7)));
    assertThat(chunks(1, 12, 10)).isEmpty();
    assertThat(chunks(3, 0, 10)).isEmpty();
  }

  @Test
  void a_chunk_may_come_with_the_first_save_of_its_operation() {
    save(numbered(1).running(42).version(2).build(), log(1, 2, "a"));

    assertSame(chunks(1, 0, 10), List.of(log(1, 2, "a")));
  }

  @Test
  void payloads_of_nobody_are_empty() {
    assertThat(payload(id(1), Part.INPUT)).isEmpty();
  }

  private static Payload apart(int size, String mediaType) {
    return new Payload.Inline(bytes(size), mediaType).inRow();
  }

  private static Payload result(int size) {
    return new Payload.Inline(bytes(size), "text/plain; charset=utf-8");
  }

  private static Row.Chunk log(int n, int version, String text) {
    return new Row.Chunk(id(n), version, T0.plusMillis(version), Kind.LOG, null, text.getBytes());
  }

  private static Row.Chunk output(int n, int version) {
    return new Row.Chunk(id(n), version, T0, Kind.OUTPUT, "image/png", bytes(16_384));
  }

  private List<Row.Chunk> chunks(int n, int afterVersion, int atMost) {
    return read(reader -> reader.chunks(id(n), afterVersion, atMost));
  }
}
