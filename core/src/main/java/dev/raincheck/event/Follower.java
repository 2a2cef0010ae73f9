package dev.raincheck.event;

import dev.raincheck.ledger.Reader;
import java.util.List;

/** Who wants to know what other nodes commit, whenever there is someone here whom it may concern. */
public interface Follower {
  /** Whether nobody here waits for anything: then he need not be told. */
  boolean isIdle();

  /** The next part of the log. What this node has committed itself may be without its entries. */
  void read(List<Reader.Segment> segments);
}
