package dev.raincheck.sqlite.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.blob.NoRoomException;
import dev.raincheck.ledger.BlobId;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.BlobContract;
import dev.raincheck.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files keep the contract of all places for blobs, and stay inside of their directory. */
class FileBlobsTest extends BlobContract {
  private static final BlobId ID = new BlobId(1, 0xab00_0000_0000_0000L, 1);

  @TempDir Path directory;

  @Override
  protected BlobStore open() throws IOException {
    return FileBlobs.open(directory.resolve("blobs"));
  }

  private Path file(BlobId id) {
    return directory.resolve("blobs/ab").resolve(id.text());
  }

  private void store(BlobStore store) throws IOException {
    try (var writer = store.begin(ID)) {
      writer.write(new byte[10], 0, 10);
      writer.finish();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "..\\..\\x",
        "ab000000000000000000000000000001", "ab000000000000000000000000000001-", "ab000000000000000000000000000001-01",
        "ab000000000000000000000000000001--1", "AB000000000000000000000000000001-1",
        "ab000000000000000000000000000001-1/", "ab000000000000000000000000000001-1\0",
        "ab000000000000000000000000000001-1\n", "ab000000000000000000000000000001-99999999999",
        "ab000000000000000000000000000001-2147483648", "ab00000000000000000000000000000\u0661-1",
        "ab000000000000000000000000000001-\u0661", "\uff0e\uff0e/x", "ab000000000000000000000000000001-1.part"
      })
  void no_other_text_is_a_name(String text) {
    assertThat(BlobId.parse(text)).isEmpty();
  }

  @Test
  void a_name_is_read_back_as_the_same() {
    for (var id : new BlobId[] {ID, new BlobId(0, 0, 0), new BlobId(Integer.MAX_VALUE, -1, Long.MIN_VALUE)}) {
      assertThat(BlobId.parse(id.text())).hasValue(id);
    }
  }

  @Test
  void what_a_process_had_not_finished_is_gone_after_its_end() throws IOException {
    var writer = open().begin(ID);
    writer.write(new byte[10], 0, 10);

    assertThat(open().list(null, 10)).isEmpty();
    try (Stream<Path> left = Files.list(directory.resolve("blobs/making"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void a_link_in_the_place_of_a_file_is_not_followed() throws IOException {
    var secret = Files.writeString(directory.resolve("secret"), "secret");
    var store = open();
    Files.createSymbolicLink(file(ID), secret);

    assertThat(store.open(ID, 0)).isEmpty();
    assertThat(store.list(null, 10)).isEmpty();
    store.delete(ID);
    assertThat(secret).exists();
  }

  @Test
  void a_link_in_the_place_of_a_directory_is_refused() throws IOException {
    var store = open();
    store(store);
    var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.move(file(ID), elsewhere.resolve(ID.text()));
    Files.delete(directory.resolve("blobs/ab"));
    Files.createSymbolicLink(directory.resolve("blobs/ab"), elsewhere);

    assertThatThrownBy(() -> store.open(ID, 0)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store.delete(ID)).isInstanceOf(IOException.class);
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    assertThat(elsewhere.resolve(ID.text())).exists();
  }

  @Test
  void what_is_not_ours_is_left_alone() throws IOException {
    var store = open();
    var note = Files.writeString(directory.resolve("blobs/ab/README"), "mine");

    assertThat(store.list(null, 10)).isEmpty();
    assertThat(note).exists();
  }

  @Test
  void a_full_disk_is_told_as_such_before_it_is_quite_full_and_leaves_nothing() throws IOException {
    var disk = new ForgetfulDisk(new ManualClock(AnOperation.EPOCH));
    var store = new FileBlobs(disk);
    try (var writer = store.begin(ID)) {
      disk.fill();
      assertThatThrownBy(() -> writer.write(new byte[9 << 20], 0, 9 << 20)).isInstanceOf(NoRoomException.class);
    }
    assertThatThrownBy(() -> store.begin(ID)).isInstanceOf(NoRoomException.class);
    assertThat(store.list(null, 10)).isEmpty();
  }
}
