package dev.raincheck.operation;

import dev.raincheck.event.Follower;
import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows what other nodes commit, for those here who wait for an operation or run it: a poll ends and a
 * cancel arrives, whichever node they were sent to.
 */
final class OtherNodes implements Follower {

  /** Who may be interested in operations. */
  interface Interested extends Commit.Listener {
    boolean isIn(OperationId id);

    boolean isIdle();
  }

  private final Store store;
  private final long node;
  private final List<Interested> interested;

  /** @param node this one, whose commits are told by its ledger */
  OtherNodes(Store store, long node, List<Interested> interested) {
    this.store = store;
    this.node = node;
    this.interested = interested;
  }

  @Override
  public boolean isIdle() {
    return interested.stream().allMatch(Interested::isIdle);
  }

  @Override
  public void read(List<Reader.Segment> segments) {
    var wanted = new LinkedHashMap<OperationId, Integer>();
    for (var segment : segments) if (segment.node() != node) want(segment, wanted);
    if (!wanted.isEmpty()) tell(wanted);
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
