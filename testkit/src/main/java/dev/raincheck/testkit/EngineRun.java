package dev.raincheck.testkit;

import static java.util.Comparator.comparing;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The deciding part of the engine over one store, batch by batch on the caller's thread. */
final class EngineRun implements AutoCloseable {
  private static final int ALL = 10_000;
  private static final int PAGE = 7;

  private final Function<InstantSource, Store> opener;
  private final ManualClock clock;
  private final Faults faults;
  private final RandomGenerator dice;
  private Store store;
  private Ledger ledger;
  private long node;
  private long rank;

  /**
   * @param opener opens the store; again after a close, what was committed
   * @param firstNode names this run's batches; each reopening takes the next number
   */
  EngineRun(
      Function<InstantSource, Store> opener,
      ManualClock clock,
      Faults faults,
      long seed,
      long firstNode) {
    this.opener = opener;
    this.clock = clock;
    this.faults = faults;
    this.dice = Seeds.dice(seed);
    this.node = firstNode;
    this.store = opener.apply(clock);
    this.ledger = ledger();
  }

  private Ledger ledger() {
    return new Ledger(new FaultyStore(store, faults), node++, dice, (_, _) -> ++rank);
  }

  /** Hands the commands over together, and runs batches until all are answered. */
  List<Optional<Outcome>> run(List<Command> commands) {
    var answers = new ArrayList<CompletableFuture<Outcome>>();
    for (var command : commands) answers.add(ledger.hand(command));
    while (ledger.waiting() > 0) ledger.runOnce();
    return answers.stream().map(EngineRun::now).toList();
  }

  /** The answer to one command; nothing if the store failed under it. */
  Optional<Outcome> run(Command command) {
    return run(List.of(command)).getFirst();
  }

  private static Optional<Outcome> now(CompletableFuture<Outcome> answer) {
    try {
      return Optional.of(answer.join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreException) return Optional.empty();
      throw e;
    }
  }

  /** The process ends and another one starts. */
  void restart() {
    ledger.close();
    store.close();
    store = opener.apply(clock);
    ledger = ledger();
  }

  /** A transaction that touches everything and is given up. */
  void touchAndRollBack(Known known) {
    try (var tx = store.begin()) {
      tx.places(known.operations());
      tx.lock(known.plan());
      for (var queue : known.queues()) tx.pick(queue, ALL);
      tx.now();
    }
  }

  /** One pass of all chores: what they nominate. */
  List<Command> chores(int atMost) {
    var now = clock.instant();
    return store.read(
        reader -> {
          var system = reader.system();
          List<Command> commands = new ArrayList<>();
          for (var id : system.due(now, atMost)) commands.add(new Command.Look(id));
          system.orphans(now, atMost).stream()
              .sorted(comparing(Reader.Orphan::operation))
              .forEach(
                  orphan -> commands.add(new Command.Lost(orphan.operation(), orphan.owner())));
          system.staleKeys(now, atMost).stream()
              .sorted(comparing(idem -> idem.key(), Key.ORDER))
              .forEach(idem -> commands.add(new Command.Forget(idem.key(), idem.operation())));
          return commands;
        });
  }

  Optional<Instant> nextDue() {
    return store.read(reader -> Optional.ofNullable(reader.system().nextDue()));
  }

  Loaded everything(Known known) {
    try (var tx = store.begin()) {
      return tx.lock(known.plan());
    }
  }

  List<Reader.Segment> log(int tenant) {
    return store.read(reader -> reader.log(Entry.operations(tenant), 0, ALL));
  }

  /** All that can be read of what is known, one line for each fact. */
  String dump(Known known) {
    var lines = new ArrayList<String>();
    var loaded = everything(known);
    Map<Key, Object> rows = new TreeMap<>(Key.ORDER);
    rows.putAll(loaded.rows());
    rows.values().forEach(row -> lines.add("row " + Dump.of(row)));
    for (var key : known.keys()) {
      if (key instanceof Key.Lane lane) {
        var blocked =
            loaded.blocked().getOrDefault(lane, List.of()).stream().map(Operation::id).toList();
        if (!blocked.isEmpty()) lines.add("blocked in " + Dump.of(lane) + " " + Dump.of(blocked));
      }
    }
    new TreeMap<>(loaded.running()).forEach((queue, count) -> lines.add("running in " + queue + " " + count));
    try (var tx = store.begin()) {
      for (var queue : known.queues()) {
        lines.add(
            "ready in "
                + queue
                + " "
                + Dump.of(tx.pick(queue, ALL).stream().map(Operation::id).toList()));
      }
    }
    store.read(
        reader -> {
          for (int tenant : known.tenants()) dumpTenant(reader, tenant, lines);
          for (var id : known.operations()) dumpParts(reader, id, lines);
          dumpSystem(reader.system(), lines);
          return lines;
        });
    return String.join("\n", lines);
  }

  private static void dumpTenant(Reader reader, int tenant, List<String> lines) {
    var page = reader.list(Reader.Filter.all(tenant), null, PAGE);
    for (; ; ) {
      page.operations()
          .forEach(operation -> lines.add("listed " + operation.id() + " v" + operation.version()));
      for (var operation : page.operations()) {
        if (operation.state().word().equals("queued"))
          lines.add("ahead " + reader.ahead(operation, ALL));
      }
      var next = page.next();
      if (next == null) break;
      page = reader.list(Reader.Filter.all(tenant), next, PAGE);
    }
    for (var segment : reader.log(Entry.operations(tenant), 0, ALL)) {
      lines.add("log " + segment.first() + " " + segment.at() + " " + Dump.of(segment.entries()));
    }
  }

  private static void dumpParts(Reader reader, OperationId id, List<String> lines) {
    for (var part : Payload.Part.values()) {
      reader
          .payload(id, part)
          .ifPresent(bytes -> lines.add(part + " of " + id + " " + Dump.of(bytes)));
    }
    reader.chunks(id, 0, ALL).forEach(chunk -> lines.add("chunk " + Dump.of(chunk)));
  }

  private void dumpSystem(Reader.System system, List<String> lines) {
    var now = clock.instant();
    lines.add("due " + Dump.of(system.due(now, ALL)) + ", next " + Dump.of(system.nextDue()));
    lines.add(
        "orphans " + Dump.of(system.orphans(now, ALL).stream().map(Dump::of).sorted().toList()));
    lines.add(
        "stale " + Dump.of(system.staleKeys(now, ALL).stream().map(Dump::of).sorted().toList()));
    lines.add("blobs " + Dump.of(system.blobs()));
    lines.add("depths " + Dump.of(system.depths().stream().map(Dump::of).sorted().toList()));
  }

  @Override
  public void close() {
    ledger.close();
    store.close();
  }
}
