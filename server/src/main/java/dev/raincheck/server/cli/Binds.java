package dev.raincheck.server.cli;

import dev.raincheck.doctor.Finding;
import dev.raincheck.server.cli.Scrape.Sample;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What keeps a node from doing more: its targets, the store, its slots, or its clients, who send no more. Told from
 * two looks at its metrics, a few seconds apart.
 */
final class Binds {
  static final String CHECK = "binds";

  /** Past this share of the time the writer has no rest left, and a batch waits for the one before. */
  private static final double STORE_BUSY = 0.8;

  private static final double TARGET_FAILS = 0.2;
  private static final double TARGET_FAILS_MOSTLY = 0.5;

  /** Twice as slow as usual is no chance any more. */
  private static final double TARGET_SLOWER = 2;

  private static final int ATTEMPTS_MIN = 3;

  private final String node;
  private final Scrape before;
  private final Scrape after;
  private final double seconds;

  Binds(String node, Scrape before, Scrape after) {
    this.node = node;
    this.before = before;
    this.after = after;
    seconds = after.since(before).toNanos() / 1e9;
  }

  Finding finding() {
    return failingTarget().or(this::store).or(this::slots).orElseGet(this::clients);
  }

  private double grown(String name, Predicate<Sample> which) {
    return Math.max(0, after.sum(name, which) - before.sum(name, which));
  }

  private double grown(String name) {
    return grown(name, _ -> true);
  }

  private Optional<Finding> failingTarget() {
    var types = after.all("raincheck_attempts_seconds_count").stream().map(one -> one.label("type")).collect(Collectors.toCollection(TreeSet::new));
    for (var type : types) {
      double ended = grown("raincheck_attempts_seconds_count", one -> one.label("type").equals(type));
      double failed =
          grown(
              "raincheck_attempts_seconds_count",
              one -> one.label("type").equals(type) && one.label("outcome").equals("failed") && one.label("code").startsWith("target_"));
      if (ended < ATTEMPTS_MIN || failed < TARGET_FAILS * ended) continue;
      var codes =
          after.all("raincheck_attempts_seconds_count").stream()
              .filter(one -> one.label("type").equals(type) && one.label("code").startsWith("target_"))
              .map(one -> one.label("code"))
              .distinct()
              .collect(Collectors.joining(", "));
      var text =
          "%s: the target of %s binds: of %.0f attempts that ended in %.1f s, %.0f failed (%s)."
              .formatted(node, type, ended, seconds, failed, codes);
      var advice = "Look at the target. Failed attempts are tried again later, each time after a longer pause.";
      return Optional.of(
          failed < TARGET_FAILS_MOSTLY * ended
              ? Finding.warning(CHECK, "target", text, advice)
              : Finding.problem(CHECK, "target", text, advice));
    }
    return Optional.empty();
  }

  private Optional<Finding> store() {
    double busy = grown("raincheck_ledger_busy_seconds_total") / seconds;
    double waiting = Math.min(before.sum("raincheck_ledger_waiting"), after.sum("raincheck_ledger_waiting"));
    if (busy < STORE_BUSY) return Optional.empty();
    double batches = Math.max(1, grown("raincheck_ledger_batches_total"));
    double store = grown("raincheck_ledger_store_seconds_total");
    return Optional.of(
        Finding.warning(
            CHECK, "store",
            "%s: the store binds: the writer is busy %.0f %% of the time, %.1f ms a batch of %.0f commands, %.0f %% of it in the store; %.0f commands wait."
                .formatted(
                    node, 100 * busy, 1_000 * busy * seconds / batches, grown("raincheck_ledger_commands_total") / batches,
                    100 * store / (busy * seconds), waiting),
            "Give the store a faster disk or server, or fewer others beside it. More nodes do not help: commits scale with the"
                + " database."));
  }

  private Optional<Finding> slots() {
    for (var slots : after.all("raincheck_slots")) {
      Predicate<Sample> queue = one -> one.label("queue").equals(slots.label("queue"));
      boolean full =
          before.sum("raincheck_slots_taken", queue) >= slots.value() && after.sum("raincheck_slots_taken", queue) >= slots.value();
      Predicate<Sample> queued = queue.and(one -> one.label("status").equals("queued"));
      double waits = Math.min(before.sum("raincheck_operations", queued), after.sum("raincheck_operations", queued));
      if (full && waits > 0) return Optional.of(full(slots, queued));
    }
    return Optional.empty();
  }

  /** All slots of a queue are taken: by attempts that last as long as ever, or by a target that has become slow. */
  private Finding full(Sample slots, Predicate<Sample> queued) {
    var queue = slots.label("queue");
    var types =
        after.all("raincheck_operations").stream()
            .filter(one -> one.label("queue").equals(queue))
            .map(one -> one.label("type"))
            .collect(Collectors.toSet());
    Predicate<Sample> ofQueue = one -> types.contains(one.label("type"));
    double ended = grown("raincheck_attempts_seconds_count", ofQueue);
    double took = ended == 0 ? 0 : grown("raincheck_attempts_seconds_sum", ofQueue) / ended;
    double endedBefore = before.sum("raincheck_attempts_seconds_count", ofQueue);
    double usual = endedBefore == 0 ? 0 : before.sum("raincheck_attempts_seconds_sum", ofQueue) / endedBefore;
    double oldest = after.all("raincheck_operations_oldest_age_seconds").stream().filter(queued).mapToDouble(Sample::value).max().orElse(0);
    var text =
        "%%s: all %.0f slots of the queue %s are taken, and %.0f operations wait, the oldest for %.0f s; %s."
            .formatted(
                slots.value(), queue, after.sum("raincheck_operations", queued), oldest,
                ended == 0
                    ? String.format(Locale.ROOT, "no attempt ended in %.1f s", seconds)
                    : String.format(Locale.ROOT, "attempts take %.3f s", took));
    if (ended >= ATTEMPTS_MIN && endedBefore >= ATTEMPTS_MIN && took > TARGET_SLOWER * usual) {
      return Finding.warning(
          CHECK, "target", text.formatted(node + ": what performs the work binds"),
          String.format(Locale.ROOT, "It was %.3f s before: look at what has become slow.", usual));
    }
    return Finding.warning(
        CHECK, "slots", text.formatted(node + ": slots bind"),
        "Raise `concurrency` of that type if its target bears more, make the target faster, or start another node.");
  }

  private Finding clients() {
    double accepted = grown("raincheck_operations_accepted_total");
    double ended = grown("raincheck_attempts_seconds_count");
    double running = after.sum("raincheck_attempts_running");
    if (accepted + ended + running == 0) {
      return Finding.ok(CHECK, "nothing", "%s: nothing binds: there is no load.".formatted(node));
    }
    double busy = grown("raincheck_ledger_busy_seconds_total") / seconds;
    return Finding.ok(
        CHECK, "client",
        "%s: the clients bind: %.0f operations a second come and %.0f attempts a second end, the writer is busy %.0f %% of the time, and slots are free. It would do more."
            .formatted(node, accepted / seconds, ended / seconds, 100 * busy));
  }
}
