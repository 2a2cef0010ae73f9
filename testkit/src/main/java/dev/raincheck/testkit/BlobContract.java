package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.ledger.BlobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every place for blobs promises. A store's test extends this and only opens it. */
public abstract class BlobContract {
  private static final int LONG = 300_000;

  /** Opens the store of the current test, empty at first; called again, it finds what is there. */
  protected abstract BlobStore open() throws IOException;

  private static BlobId id(int n) {
    return new BlobId(1, (long) n << 56, n);
  }

  private static byte[] bytes(int size) {
    return AnOperation.bytes(size);
  }

  private static void store(BlobStore store, BlobId id, byte[] bytes) throws IOException {
    try (var writer = store.begin(id)) {
      writer.write(bytes, 0, bytes.length);
      writer.finish();
    }
  }

  private static byte[] read(BlobStore store, BlobId id, long offset) throws IOException {
    try (var in = store.open(id, offset).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private static List<BlobId> list(BlobStore store, @Nullable BlobId after, int atMost) throws IOException {
    return store.list(after, atMost).stream().map(BlobStore.Stored::id).toList();
  }

  @Test
  void what_is_written_in_pieces_is_read_as_one_from_any_offset() throws IOException {
    var store = open();
    var bytes = bytes(LONG);
    try (var writer = store.begin(id(1))) {
      writer.write(bytes, 0, 1);
      writer.write(bytes, 1, 99_999);
      writer.write(bytes, 100_000, LONG - 100_000);
      writer.finish();
    }

    assertThat(read(store, id(1), 0)).isEqualTo(bytes);
    assertThat(read(store, id(1), 123_456)).isEqualTo(Arrays.copyOfRange(bytes, 123_456, LONG));
    assertThat(read(store, id(1), LONG - 1)).hasSize(1);
    assertThat(read(store, id(1), LONG)).isEmpty();
  }

  @Test
  void what_is_finished_is_there_after_a_restart() throws IOException {
    store(open(), id(1), bytes(1_000));

    assertThat(read(open(), id(1), 0)).isEqualTo(bytes(1_000));
  }

  @Test
  void nothing_can_be_read_before_it_is_finished_but_it_is_listed() throws IOException {
    var store = open();
    try (var writer = store.begin(id(1))) {
      writer.write(bytes(10), 0, 10);

      assertThat(store.open(id(1), 0)).isEmpty();
      assertThat(list(store, null, 10)).containsExactly(id(1));
      writer.finish();
    }
    assertThat(read(store, id(1), 0)).hasSize(10);
  }

  @Test
  void what_is_given_up_leaves_nothing() throws IOException {
    var store = open();
    try (var writer = store.begin(id(1))) {
      writer.write(bytes(10), 0, 10);
    }

    assertThat(store.open(id(1), 0)).isEmpty();
    assertThat(store.list(null, 10)).isEmpty();
  }

  @Test
  void what_is_deleted_is_gone_finished_or_not() throws IOException {
    var store = open();
    store(store, id(1), bytes(10));
    store.delete(id(1));
    assertThat(store.open(id(1), 0)).isEmpty();

    try (var writer = store.begin(id(2))) {
      writer.write(bytes(10), 0, 10);
      store.delete(id(2));
      assertThat(store.list(null, 10)).isEmpty();
      assertThatThrownBy(writer::finish).isInstanceOf(IOException.class);
    }
    assertThat(store.open(id(2), 0)).isEmpty();
  }

  @Test
  void deleting_what_is_not_there_does_nothing() throws IOException {
    var store = open();
    store(store, id(1), bytes(10));
    store.delete(id(2));

    assertThat(list(store, null, 10)).containsExactly(id(1));
  }

  @Test
  void a_name_is_one_tenants() throws IOException {
    var store = open();
    store(store, new BlobId(1, 5, 5), bytes(10));

    assertThat(store.open(new BlobId(2, 5, 5), 0)).isEmpty();
    store.delete(new BlobId(2, 5, 5));
    assertThat(read(store, new BlobId(1, 5, 5), 0)).hasSize(10);
  }

  @Test
  void the_list_is_in_the_order_of_the_ids_and_goes_on_after_any() throws IOException {
    var store = open();
    var ids = new ArrayList<BlobId>();
    for (int n : new int[] {200, 3, 127, 128, 0, 255, 4}) ids.add(id(n));
    ids.add(new BlobId(1, id(3).hi(), 4));
    ids.add(new BlobId(2, id(3).hi(), 4));
    for (var id : ids) store(store, id, bytes(1));
    ids.sort(null);
    assertThat(ids.getLast()).isEqualTo(id(255));

    assertThat(list(store, null, 100)).isEqualTo(ids);
    var paged = new ArrayList<BlobId>();
    for (var page = list(store, null, 2); ; page = list(store, paged.getLast(), 2)) {
      paged.addAll(page);
      if (page.size() < 2) break;
    }
    assertThat(paged).isEqualTo(ids);
    assertThat(list(store, id(4), 2)).containsExactly(id(127), id(128));
  }

  @Test
  void a_reader_under_way_never_ends_early_when_its_blob_goes() throws IOException {
    var store = open();
    store(store, id(1), bytes(LONG));
    try (var in = store.open(id(1), 0).orElseThrow()) {
      assertThat(in.readNBytes(10)).hasSize(10);
      store.delete(id(1));
      try {
        assertThat(in.readAllBytes()).hasSize(LONG - 10);
      } catch (IOException gone) {
        assertThat(store.open(id(1), 0)).isEmpty();
      }
    }
  }
}
