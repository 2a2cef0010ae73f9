package dev.raincheck.ledger;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a commit changed, for those who wait: pollers, the dispatcher, metrics.
 *
 * @param changes each operation once
 * @param gone operations that were deleted or expired
 * @param documents that were changed or removed
 * @param dropped blobs that an operation no longer refers to; another one may
 * @param topics streams that events were published in
 */
public record Commit(
    List<Change> changes,
    List<OperationId> gone,
    List<Key.Doc> documents,
    List<BlobId> dropped,
    Set<String> topics) {
  /** Of operations and documents alone. */
  public Commit(List<Change> changes, List<OperationId> gone, List<Key.Doc> documents, List<BlobId> dropped) {
    this(changes, gone, documents, dropped, Set.of());
  }

  /**
   * One operation.
   *
   * @param before how it stood, or null if it is new
   */
  public record Change(@Nullable Operation before, Operation after) {}

  /** Told after each commit, in order, on one thread that tells everyone: hand over and return. */
  public interface Listener {
    void committed(Commit commit);
  }
}
