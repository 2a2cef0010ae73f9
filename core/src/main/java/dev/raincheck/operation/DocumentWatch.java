package dev.raincheck.operation;

import dev.raincheck.ledger.Pulse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells that documents are not what they were. The first answer counts as news: they were read before it. */
final class DocumentWatch implements Consumer<Pulse> {
  private final Runnable action;
  private @Nullable Long seen;

  DocumentWatch(Runnable action) {
    this.action = action;
  }

  @Override
  public void accept(Pulse pulse) {
    if (seen != null && seen == pulse.documents()) return;
    seen = pulse.documents();
    action.run();
  }
}
