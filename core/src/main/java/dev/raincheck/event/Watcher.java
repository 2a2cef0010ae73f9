package dev.raincheck.event;

import dev.raincheck.ledger.Fact;
import org.jspecify.annotations.Nullable;

/** Who follows; called on the feed's own thread, so it must hand over and return. */
public sealed interface Watcher {
  /** Something could not be told: what it was must be read. */
  void behind();

  /** The server stops: nothing more will be told. */
  void released();

  /** Follows one operation. Entries come in order; those of before it began to watch may come, too. */
  non-sealed interface OfOperation extends Watcher {
    void tell(Event event);
  }

  /** Follows a topic. */
  non-sealed interface OfTopic extends Watcher {
    /** A published event. Offsets are told in order and without a gap. */
    void tell(long offset, Fact fact);
  }

  /** Follows all operations of a tenant. */
  non-sealed interface OfTenant extends Watcher {
    /**
     * An entry of the tenant's log. Offsets are told in order and without a gap.
     *
     * @param event null if it is not to be told: its operation is gone, or of a reserved type
     */
    void tell(long offset, Event.@Nullable Numbered event);

    void tell(Event.Progressed event);
  }
}
