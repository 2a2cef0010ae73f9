package dev.raincheck.operation;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows what other nodes commit, for those here who wait for an operation or run it: a poll ends and a
 * cancel arrives, whichever node they were sent to. Reads the log at its own pace; while nobody is
 * interested it only keeps its place, so that whoever comes misses nothing from then on.
 */
final class OtherNodes {
  private static final int SEGMENTS_MAX = 64;
  private static final long NOWHERE = -1;

  /** Who may be interested in operations. */
  interface Interested extends Commit.Listener {
    boolean isIn(OperationId id);

    boolean isIdle();
  }

  private final Store store;
  private final long node;
  private final List<Interested> interested;
  private long position = NOWHERE;

  /** @param node this one, whose commits are told by its ledger */
  OtherNodes(Store store, long node, List<Interested> interested) {
    this.store = store;
    this.node = node;
    this.interested = interested;
  }

  /** Tells what was committed since the last pass; bounded. */
  int runOnce(Instant now) {
    if (position == NOWHERE || interested.stream().allMatch(Interested::isIdle)) {
      position = store.read(reader -> reader.system().logEnd());
      return 0;
    }
    long from = position;
    var segments = store.read(reader -> reader.system().log(from, SEGMENTS_MAX));
    if (segments.isEmpty()) return 0;
    var wanted = new LinkedHashMap<OperationId, Integer>();
    for (var segment : segments) if (segment.node() != node) want(segment, wanted);
    if (!wanted.isEmpty()) tell(wanted);
    position = segments.getLast().position(); // Last, so that a read that fails is repeated.
    return segments.size();
  }

  private void want(Reader.Segment segment, Map<OperationId, Integer> wanted) {
    var tenant = Entry.tenantOf(segment.stream());
    if (tenant.isEmpty()) return;
    for (var entry : segment.entries()) {
      var id = entry.operation();
      if (entry.isTransition() && interested.stream().anyMatch(one -> one.isIn(id))) {
        wanted.put(id, tenant.getAsInt());
      }
    }
  }

  private void tell(Map<OperationId, Integer> wanted) {
    var changes = new ArrayList<Commit.Change>();
    var gone = new ArrayList<OperationId>();
    store.read(
        reader -> {
          changes.clear();
          gone.clear();
          wanted.forEach(
              (id, tenant) -> {
                if (reader.operation(tenant, id) instanceof Reader.Found.Here(Operation operation)) {
                  changes.add(new Commit.Change(null, operation));
                } else {
                  gone.add(id);
                }
              });
          return wanted;
        });
    var commit = new Commit(changes, gone, List.of(), List.of());
    interested.forEach(one -> one.committed(commit));
  }
}
