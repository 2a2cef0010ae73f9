package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What attempts did and the store had no room for: work that was done is not thrown away because a disk is
 * full for a while. Each attempt's commands are handed over again in their order, until they stand.
 */
final class Unrecorded {
  /** Log and output that may wait; ends of attempts are kept in any case, since slots bound them. */
  private static final long APPENDED_BYTES_MAX = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Unrecorded.class);

  private final Ledger ledger;
  private final BiConsumer<Command.OfAttempt, Outcome> recorded;
  private final Map<OperationId, Line> kept = new HashMap<>();
  private long appendedBytes;

  /** The commands of one attempt; the first may be on its way, and no other is. */
  private static final class Line {
    final ArrayDeque<Command.OfAttempt> commands = new ArrayDeque<>(2);
    boolean sent;
  }

  /** @param recorded told what became of each command that stands or was refused for good */
  Unrecorded(Ledger ledger, BiConsumer<Command.OfAttempt, Outcome> recorded) {
    this.ledger = ledger;
    this.recorded = recorded;
  }

  /** Hands a command over, behind what its attempt has not recorded yet. */
  void hand(Command.OfAttempt command) {
    synchronized (this) {
      var line = kept.get(command.operation());
      if (line != null) {
        keep(line, command);
        return;
      }
    }
    send(command);
  }

  /** Hands over again what is first of each attempt. */
  void retry() {
    var firsts = new ArrayList<Command.OfAttempt>();
    synchronized (this) {
      for (var line : kept.values()) {
        if (line.sent) continue;
        line.sent = true;
        firsts.add(line.commands.getFirst());
      }
    }
    firsts.forEach(this::send);
  }

  private void send(Command.OfAttempt command) {
    var unused = ledger.hand(command).whenComplete((outcome, failure) -> settle(command, outcome));
  }

  /** @param outcome null when the store failed */
  private void settle(Command.OfAttempt command, @Nullable Outcome outcome) {
    Command.OfAttempt next;
    synchronized (this) {
      var line = kept.get(command.operation());
      boolean wasKept = line != null && line.commands.peekFirst() == command;
      if (isRecorded(outcome)) {
        next = line != null && wasKept ? afterFirst(line, command) : null;
      } else {
        next = null;
        if (line != null && wasKept) line.sent = false;
        else if (ledger.healthy()) begin(command); // A broken store is for the next process.
      }
    }
    if (outcome != null && isRecorded(outcome)) recorded.accept(command, outcome);
    if (next != null) send(next);
  }

  private static boolean isRecorded(@Nullable Outcome outcome) {
    boolean noRoom =
        outcome == null
            || (outcome instanceof Outcome.Refused(var why, _) && why == Outcome.Refusal.OVERLOADED);
    return !noRoom;
  }

  private Command.@Nullable OfAttempt afterFirst(Line line, Command.OfAttempt first) {
    line.commands.removeFirst();
    if (first instanceof Command.Append append) appendedBytes -= append.body().length;
    var next = line.commands.peekFirst();
    if (next == null) kept.remove(first.operation());
    return next;
  }

  private void begin(Command.OfAttempt command) {
    if (kept.isEmpty()) {
      LOG.error("the store does not record what attempts did; it is kept and handed over again");
    }
    var line = kept.computeIfAbsent(command.operation(), _ -> new Line());
    keep(line, command);
    if (line.commands.isEmpty()) kept.remove(command.operation());
  }

  private void keep(Line line, Command.OfAttempt command) {
    switch (command) {
      case Command.Append append -> {
        if (appendedBytes + append.body().length > APPENDED_BYTES_MAX) {
          LOG.error("output of {} is lost: too much waits for the store", append.operation().text());
          return;
        }
        appendedBytes += append.body().length;
        line.commands.addLast(command);
      }
      case Command.Report _ -> {} // The next one tells more.
      case Command.Complete _, Command.Confirm _, Command.Fail _, Command.Release _, Command.Detach _, Command.Suspend _ ->
          line.commands.addLast(command);
    }
  }
}
