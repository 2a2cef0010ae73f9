package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every store promises about blobs: it knows which ones its operations refer to. */
public abstract class ReferenceContract extends StoreFixture {
  private static BlobId blobId(int n) {
    return new BlobId(1, n, -n);
  }

  private static Payload.Blob blob(int n, long size) {
    return new Payload.Blob(blobId(n), size, "video/mp4", AnOperation.bytes(32), T0);
  }

  private Set<BlobId> referred(int... numbers) {
    var ids = new ArrayList<BlobId>();
    for (int n : numbers) ids.add(blobId(n));
    return readSystem(system -> system.referred(ids));
  }

  private Reader.Blobs totals() {
    return readSystem(Reader.System::blobs);
  }

  @Test
  void an_operation_refers_to_its_input_and_to_its_result() {
    var operation = numbered(1).input(blob(1, 5L << 30)).succeeded(blob(2, 7)).build();
    save(operation);

    assertSame(find(1, id(1)), operation);
    assertThat(referred(1, 2, 3)).containsExactlyInAnyOrder(blobId(1), blobId(2));
    assertThat(totals()).isEqualTo(new Reader.Blobs(2, (5L << 30) + 7));
  }

  @Test
  void a_result_is_referred_to_from_its_end_until_it_expires() {
    save(numbered(1).running(42).build());
    assertThat(referred(2)).isEmpty();
    save(numbered(1).version(2).succeeded(blob(2, 7)).build());
    assertThat(referred(2)).containsExactly(blobId(2));
    save(numbered(1).version(2).succeeded(new Payload.Apart(7, "video/mp4", AnOperation.bytes(32))).resultGone().build());
    assertThat(referred(2)).isEmpty();
    assertThat(totals()).isEqualTo(new Reader.Blobs(0, 0));
  }

  @Test
  void references_go_with_their_operation() {
    save(numbered(1).input(blob(1, 5)).succeeded(blob(2, 7)).build());
    commit(List.of(new Row.Tombstone(id(1), 1, T0.plusSeconds(60))), List.of(id(1)), List.of());

    assertThat(referred(1, 2)).isEmpty();
  }

  @Test
  void a_blob_that_two_refer_to_counts_once_and_is_referred_to_until_both_are_gone() {
    save(numbered(1).input(blob(1, 5)).build());
    save(numbered(2).input(blob(1, 5)).build());
    assertThat(totals()).isEqualTo(new Reader.Blobs(1, 5));

    remove(id(1));
    assertThat(referred(1)).containsExactly(blobId(1));
    remove(id(2));
    assertThat(referred(1)).isEmpty();
  }

  @Test
  void references_survive_a_restart_and_further_saves() {
    save(numbered(1).input(blob(1, 5)).build());
    save(numbered(1).input(blob(1, 5)).version(2).running(42).build());
    reopen();

    assertThat(referred(1)).containsExactly(blobId(1));
    assertThat(find(1, id(1)).submission().input()).isInstanceOf(Payload.Blob.class);
    assertThat(find(1, id(1)).state()).isInstanceOf(State.Running.class);
  }

  @Test
  void many_can_be_asked_for_at_once() {
    var numbers = new int[500];
    for (int n = 0; n < numbers.length; n++) {
      numbers[n] = n + 1;
      if (n % 2 == 0) save(numbered(n + 1).input(blob(n + 1, 5)).build());
    }

    assertThat(referred(numbers)).hasSize(250);
  }
}
