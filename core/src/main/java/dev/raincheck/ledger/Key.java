package dev.raincheck.ledger;

import java.util.Comparator;

/**
 * What can be locked, loaded and saved. The order of kinds in {@link #ORDER} is the order in which all
 * nodes lock; within a kind, keys are locked in their own order. So no two batches can wait for each
 * other in a circle.
 */
public sealed interface Key permits Key.Owner, Key.Doc, Key.Idem, Key.Lane, OperationId, Key.HandedOver, Key.Completion {
  /** A node's or worker's session, the holder of a lease. */
  record Owner(long id) implements Key {}

  /** A document of configuration, such as a tenant or an API key. */
  record Doc(int tenant, String kind, String id) implements Key {}

  /**
   * A key of idempotency.
   *
   * @param scope the operation's type; for retries {@code retry:} and the retried operation's id
   * @param key what the client sent, unquoted
   */
  record Idem(int tenant, String scope, String key) implements Key {}

  /** Operations of one queue that share a key. */
  record Lane(int tenant, String queue, String key) implements Key {}

  /** Work that an application handed over, and that is no operation yet. */
  record HandedOver(OperationId id) implements Key {}

  /** The end of an operation that an application recorded. Guarded by the operation's lock, and comes with it. */
  record Completion(OperationId operation) implements Key {}

  /** The lock order of all nodes: kind by kind, then key by key. */
  Comparator<Key> ORDER =
      Comparator.comparingInt(Key::rank)
          .thenComparing(
              (a, b) ->
                  switch (a) {
                    case Owner owner -> Long.compare(owner.id(), ((Owner) b).id());
                    case Doc doc -> compare(doc, (Doc) b);
                    case Idem idem -> compare(idem, (Idem) b);
                    case Lane lane -> compare(lane, (Lane) b);
                    case OperationId id -> id.compareTo((OperationId) b);
                    case HandedOver handed -> handed.id().compareTo(((HandedOver) b).id());
                    case Completion done -> done.operation().compareTo(((Completion) b).operation());
                  });

  private static int rank(Key key) {
    return switch (key) {
      case Owner _ -> 0;
      case Doc _ -> 1;
      case Idem _ -> 2;
      case Lane _ -> 3;
      case OperationId _ -> 4;
      case HandedOver _ -> 5;
      case Completion _ -> 6;
    };
  }

  private static int compare(Doc a, Doc b) {
    return Comparator.comparingInt(Doc::tenant)
        .thenComparing(Doc::kind)
        .thenComparing(Doc::id)
        .compare(a, b);
  }

  private static int compare(Idem a, Idem b) {
    return Comparator.comparingInt(Idem::tenant)
        .thenComparing(Idem::scope)
        .thenComparing(Idem::key)
        .compare(a, b);
  }

  private static int compare(Lane a, Lane b) {
    return Comparator.comparingInt(Lane::tenant)
        .thenComparing(Lane::queue)
        .thenComparing(Lane::key)
        .compare(a, b);
  }
}
