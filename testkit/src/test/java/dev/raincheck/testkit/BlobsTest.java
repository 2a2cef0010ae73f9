package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.blob.Blobs;
import dev.raincheck.blob.NoRoomException;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Submission;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What goes to the blob store, what is swept from it, and what may never be. */
class BlobsTest {
  private static final int MEMORY = 1_000;

  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);
  private final MemoryBlobs places = new MemoryBlobs(clock);
  private final MemoryStore store = new MemoryStore(clock);
  private final Blobs blobs = new Blobs(places, store, clock, new SplittableRandom(1));
  private final Ledger ledger = new Ledger(store, 1, new SplittableRandom(1), (_, _) -> 1);

  private Payload spooled(int size) throws IOException {
    try (var spool = blobs.spool(1, MEMORY)) {
      spool.write(AnOperation.bytes(size));
      return spool.finish("video/mp4");
    }
  }

  private Outcome submit(int n, Payload input) {
    var what =
        new Submission(
            1, "video", "video", null, 1, 5, null, null, null, input, Map.of(), List.of(), null, null, null, null,
            null, null, Promise.DEFAULT);
    var answer = ledger.hand(new Command.Submit(AnOperation.id(n), what, null, new byte[0]));
    ledger.runOnce();
    return answer.join();
  }

  @Test
  void what_fits_into_memory_stays_there() throws IOException {
    assertThat(spooled(MEMORY)).isInstanceOf(Payload.Inline.class);
    assertThat(places.all()).isEmpty();
  }

  @Test
  void what_is_longer_is_a_blob_with_its_length_and_digest() throws IOException {
    var blob = (Payload.Blob) spooled(MEMORY + 1);

    assertThat(blob.size()).isEqualTo(MEMORY + 1);
    assertThat(blob.sameAs(new Payload.Inline(AnOperation.bytes(MEMORY + 1), "video/mp4"))).isTrue();
    try (var in = blobs.open(blob, 1)) {
      assertThat(in.readAllBytes()).hasSize(MEMORY);
    }
  }

  @Test
  void a_spool_without_room_refuses_and_leaves_nothing() throws IOException {
    places.room(3_000);
    try (var spool = blobs.spool(1, MEMORY)) {
      spool.write(new byte[3_000]);
      assertThatThrownBy(() -> spool.write(1)).isInstanceOf(NoRoomException.class);
    }
    assertThat(places.all()).isEmpty();
  }

  @Test
  void an_orphan_is_swept_when_it_is_a_day_old_and_not_before() throws IOException {
    blobs.leave(spooled(5_000));
    clock.advance(Blobs.ORPHAN_AGE.minusSeconds(1));
    blobs.sweep(clock.instant());
    assertThat(places.all()).hasSize(1);

    clock.advance(Duration.ofHours(2));
    blobs.sweep(clock.instant());
    assertThat(places.all()).isEmpty();
    assertThat(blobs.swept()).isEqualTo(1);
  }

  @Test
  void what_an_operation_refers_to_is_never_swept() throws IOException {
    var input = spooled(5_000);
    blobs.settle(input, Outcome.inputOf(submit(1, input)));
    clock.advance(Duration.ofDays(40));
    blobs.sweep(clock.instant());

    assertThat(places.all()).containsExactly(((Payload.Blob) input).id());
  }

  @Test
  void what_is_in_the_making_is_never_swept_whatever_the_clock_says() throws IOException {
    try (var spool = blobs.spool(1, MEMORY)) {
      spool.write(new byte[5_000]);
      clock.advance(Duration.ofDays(3));
      blobs.sweep(clock.instant());
      spool.write(new byte[5_000]);
      var made = spool.finish("video/mp4");
      clock.advance(Duration.ofDays(3));
      blobs.sweep(clock.instant());
      assertThat(places.all()).containsExactly(((Payload.Blob) made).id());
    }
  }

  @Test
  void nothing_can_begin_to_refer_to_a_blob_that_may_be_swept() throws IOException {
    var input = spooled(5_000);
    clock.advance(Payload.Blob.REFERRED_WITHIN.plusMillis(1));

    assertThat(submit(1, input)).isInstanceOf(Outcome.Refused.class);
    assertThat(submit(2, spooled(5_000))).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void a_blob_of_another_tenant_cannot_be_referred_to() throws IOException {
    Payload foreign;
    try (var spool = blobs.spool(2, MEMORY)) {
      spool.write(new byte[5_000]);
      foreign = spool.finish("video/mp4");
    }

    assertThatThrownBy(() -> submit(1, foreign)).hasMessageContaining("could not be decided");
  }

  @Test
  void what_was_not_taken_is_removed_and_what_was_is_kept() throws IOException {
    var taken = spooled(5_000);
    blobs.settle(taken, Outcome.inputOf(submit(1, taken)));
    var refused = spooled(5_000);
    blobs.settle(refused, null);
    blobs.removeDropped(clock.instant());

    assertThat(places.all()).containsExactly(((Payload.Blob) taken).id());
    assertThatThrownBy(() -> blobs.open((Payload.Blob) refused, 0)).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void a_sweep_goes_through_all_pages_and_past_a_place_that_fails() throws IOException {
    for (int n = 0; n < 1_100; n++) blobs.leave(spooled(2_000));
    clock.advance(Duration.ofDays(2));
    places.failing(true);
    assertThat(blobs.sweep(clock.instant())).isZero();
    places.failing(false);
    clock.advance(Duration.ofHours(2));
    int passes = 1;
    while (blobs.sweep(clock.instant()) > 0) passes++;

    assertThat(passes).isGreaterThan(2);
    assertThat(places.all()).isEmpty();
  }

  @Test
  void totals_are_counted() throws IOException {
    var input = spooled(5_000);
    blobs.settle(input, Outcome.inputOf(submit(1, input)));
    blobs.count(clock.instant());

    assertThat(blobs.counted().count()).isEqualTo(1);
    assertThat(blobs.counted().bytes()).isEqualTo(5_000);
  }
}
