package dev.raincheck.sqlite.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.blob.Blobs;
import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Submission;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.Faults;
import dev.raincheck.testkit.FaultyStore;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * A story of long inputs and results is cut at every step of the disk and around every commit, on a disk
 * that forgets what was not synced: what stands always has its blobs, and no blob stays for nothing.
 */
class BlobCrashTest {
  private static final int CUTS_MAX = 1_000;
  private static final OperationId FIRST = AnOperation.id(1);
  private static final OperationId SECOND = AnOperation.id(2);
  private static final Key.Idem KEY = new Key.Idem(1, "video", "k");
  private static final byte[] FINGERPRINT = {1};

  @Test
  void the_story_ends_well_when_nothing_happens() throws Exception {
    var world = new World(Integer.MAX_VALUE, new Faults());

    assertThat(world.tell()).isTrue();
    assertThat(world.kept()).isEmpty();
    assertThat(world.blobs.swept()).isZero();
  }

  @Test
  void a_power_cut_at_any_step_of_the_disk() throws Exception {
    int cuts = 0;
    for (int step = 2; ; step++) {
      assertThat(cuts).isLessThan(CUTS_MAX);
      var world = new World(step, new Faults());
      if (world.tell()) break;
      cuts++;
      world.checkAfterRestart();
    }
    assertThat(cuts).isGreaterThan(50);
  }

  @Test
  void a_power_cut_before_and_after_any_commit() throws Exception {
    for (var fault : List.of(Faults.Fault.CRASH, Faults.Fault.CRASH_AFTER)) {
      int cuts = 0;
      for (int commit = 1; ; commit++) {
        assertThat(cuts).isLessThan(CUTS_MAX);
        var world = new World(Integer.MAX_VALUE, new Faults().atCommit(commit, fault));
        if (world.tell()) break;
        cuts++;
        world.checkAfterRestart();
      }
      assertThat(cuts).isGreaterThan(7);
    }
  }

  /** One machine: a disk, a store that commits durably, and the process that uses both. */
  private static final class World {
    private final ManualClock clock = new ManualClock(AnOperation.EPOCH);
    private final ForgetfulDisk disk = new ForgetfulDisk(clock);
    private final Faults faults;
    private MemoryStore store = new MemoryStore(clock);
    private BlobStore files;
    private Blobs blobs;
    private Ledger ledger;
    private long node;

    World(int cutAt, Faults faults) throws IOException {
      this.faults = faults;
      start();
      disk.cutAt(cutAt);
    }

    private void start() throws IOException {
      var faulty = new FaultyStore(store, faults);
      files = new FileBlobs(disk);
      blobs = new Blobs(files, faulty, clock, new SplittableRandom(++node));
      ledger = new Ledger(faulty, node, new SplittableRandom(node), (_, _) -> 1);
      ledger.listen(blobs);
    }

    /** False if the process died on the way. */
    boolean tell() throws IOException {
      try {
        story();
        return true;
      } catch (ForgetfulDisk.PowerCut | StoreException died) {
        return false;
      } catch (RuntimeException died) {
        if (died.getClass().getSimpleName().equals("Crash")) return false;
        throw died;
      }
    }

    private void story() throws IOException {
      submit(FIRST, null);
      submit(AnOperation.id(9), null); // the same key again: its blob is not wanted
      chores();
      brokenUpload();
      run(new Command.Renew(5, Duration.ofDays(9)));
      run(new Command.Claim("video", 5, 1));
      complete(FIRST, 1);
      complete(FIRST, 7); // a stale attempt
      chores();
      submit(SECOND, FIRST);
      run(new Command.Delete(1, FIRST, null));
      chores();
      run(new Command.Cancel(1, SECOND, null, null));
      run(new Command.Delete(1, SECOND, null));
      chores();
    }

    private Payload spooled(int size) throws IOException {
      try (var spool = blobs.spool(1, 1_000)) {
        for (int left = size; left > 0; left -= 1_500) spool.write(AnOperation.bytes(Math.min(left, 1_500)));
        return spool.finish("video/mp4");
      }
    }

    private void brokenUpload() throws IOException {
      try (var spool = blobs.spool(1, 1_000)) {
        spool.write(AnOperation.bytes(2_000));
      }
    }

    private void submit(OperationId id, OperationId retryOf) throws IOException {
      var input = retryOf == null ? spooled(4_000) : operation(retryOf).submission().input();
      var what =
          new Submission(
              1, "video", "video", null, 1, 5, null, null, null, input, Map.of(), List.of(), null, null, null,
              null, null, retryOf, Promise.DEFAULT);
      var outcome = run(new Command.Submit(id, what, retryOf == null ? KEY : null, FINGERPRINT));
      blobs.settle(input, Outcome.inputOf(outcome));
    }

    private void complete(OperationId id, long epoch) throws IOException {
      var result = spooled(3_000);
      var outcome = run(new Command.Complete(id, epoch, result));
      blobs.settle(result, Outcome.resultOf(outcome));
    }

    private Outcome run(Command command) {
      var answer = ledger.hand(command);
      ledger.runOnce();
      try {
        return answer.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof StoreException died ? died : e;
      }
    }

    private void chores() {
      blobs.removeDropped(clock.instant());
    }

    private Operation operation(OperationId id) {
      return ((Reader.Found.Here) store.<Reader.Found>read(reader -> reader.operation(1, id))).operation();
    }

    Set<BlobId> kept() throws IOException {
      var kept = new HashSet<BlobId>();
      for (var stored : files.list(null, 1_000)) kept.add(stored.id());
      return kept;
    }

    void checkAfterRestart() throws Exception {
      faults.heal();
      disk.start();
      store = store.reopened();
      start();
      var wanted = checkReferences();
      assertThat(kept()).containsAll(wanted);

      clock.advance(Blobs.ORPHAN_AGE.plusSeconds(1));
      blobs.sweep(clock.instant());
      assertThat(kept()).isEqualTo(wanted);
      checkReferences();
    }

    private Set<BlobId> checkReferences() throws Exception {
      var all = store.<Reader.Page>read(reader -> reader.list(Reader.Filter.all(1), null, 100)).operations();
      var wanted = new HashSet<BlobId>();
      for (var operation : all) {
        for (var blob : operation.blobs()) {
          wanted.add(blob.id());
          byte[] bytes;
          try (var in = blobs.open(blob, 0)) {
            bytes = in.readAllBytes();
          }
          assertThat(bytes).hasSize((int) blob.size());
          assertThat(MessageDigest.getInstance("SHA-256").digest(bytes)).isEqualTo(blob.sha256());
        }
      }
      return wanted;
    }
  }
}
