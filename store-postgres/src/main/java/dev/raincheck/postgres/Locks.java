package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a batch locks, as one message: kind by kind, in each kind key by key, as all nodes do, so that no two
 * wait for each other in a circle. An absent key is locked by inserting it. What names operations (keys of
 * idempotency, lanes) is locked before them, and they all together in one ordered statement.
 */
final class Locks {
  private static final String OWNERS =
      "SELECT id, lease_until FROM owner WHERE id = ANY (?) ORDER BY id FOR NO KEY UPDATE";

  private static final String ADD_DOCS =
      """
      INSERT INTO document (kind, tenant, id, version, body)
      SELECT kind, tenant, id, 0, '' FROM unnest(?, ?, ?) AS wanted (kind, tenant, id) ON CONFLICT DO NOTHING\
      """;
  private static final String DOCS =
      """
      SELECT d.kind, d.tenant, d.id, d.version, d.body FROM document AS d
      WHERE (d.kind, d.tenant, d.id) IN (SELECT kind, tenant, id FROM unnest(?, ?, ?) AS wanted (kind, tenant, id))
        AND d.version > 0
      ORDER BY d.kind, d.tenant, d.id FOR NO KEY UPDATE\
      """;

  private static final String ADD_IDEMS = "INSERT INTO idem (key) SELECT unnest(?) ON CONFLICT DO NOTHING";
  private static final String IDEMS =
      """
      SELECT key, fingerprint, operation, until FROM idem
      WHERE key = ANY (?) AND operation IS NOT NULL ORDER BY key FOR NO KEY UPDATE\
      """;

  private static final String ADD_LANES =
      """
      INSERT INTO lane (key, width, admitted, tail)
      SELECT key, 0, 0, 0 FROM unnest(?) AS wanted (key) ON CONFLICT DO NOTHING\
      """;
  private static final String LANES =
      """
      SELECT key, width, admitted, tail FROM lane
      WHERE key = ANY (?) AND width > 0 ORDER BY key FOR NO KEY UPDATE\
      """;

  private static final String OPERATIONS =
      """
      SELECT l.id, o.asked, l.life, l.completing FROM life AS l JOIN operation AS o ON o.id = l.id
      WHERE l.id = ANY (ARRAY (%s)) ORDER BY l.id FOR NO KEY UPDATE OF l\
      """;
  private static final String GIVEN = "SELECT unnest(?::bytea[])";
  private static final String NAMED =
      "SELECT operation FROM idem WHERE key = ANY (?) AND operation IS NOT NULL";
  private static final String NEXT_IN_LANES =
      """
      SELECT next.id FROM unnest(?::bytea[], ?::int[]) AS wanted (lane, count),
        LATERAL (SELECT b.id FROM life AS b WHERE b.state = 2 AND b.lane = wanted.lane
          ORDER BY b.turn LIMIT wanted.count) AS next\
      """;

  private static final String HANDED_OVER =
      "SELECT id FROM submitted WHERE id = ANY (?) ORDER BY id FOR UPDATE";

  /** Who put a row here held the operation's lock, which is held now. */
  private static final String COMPLETIONS =
      "SELECT operation, epoch, result, media_type FROM completion WHERE operation = ANY (?)";

  private static final String TOMBSTONES =
      "SELECT id, tenant, until, same_as FROM tombstone WHERE id = ANY (?) ORDER BY id FOR NO KEY UPDATE";

  /** The statements of the hot path, for a test of their plans. */
  static List<String> hot() {
    return List.of(
        OWNERS,
        IDEMS,
        LANES,
        TOMBSTONES,
        HANDED_OVER,
        COMPLETIONS,
        OPERATIONS.formatted(String.join("\nUNION ALL ", GIVEN, NAMED, NEXT_IN_LANES)));
  }

  private final LockPlan plan;
  private final Unreadable unreadable;
  private final List<Key.Owner> owners = new ArrayList<>();
  private final List<Key.Doc> docs = new ArrayList<>();
  private final List<Key.Idem> idems = new ArrayList<>();
  private final List<Key.Lane> lanes = new ArrayList<>();
  private final Set<OperationId> ids = new HashSet<>();
  private final List<Key.HandedOver> handedOver = new ArrayList<>();
  private final List<OperationId> completing = new ArrayList<>(0);
  private final Map<Key, Row> rows = new HashMap<>();
  private final Map<Key.Lane, List<Operation>> blocked = new HashMap<>();

  Locks(LockPlan plan, Unreadable unreadable) {
    this.plan = plan;
    this.unreadable = unreadable;
    for (var key : plan.keys()) {
      switch (key) {
        case Key.Owner owner -> owners.add(owner);
        case Key.Doc doc -> docs.add(doc);
        case Key.Idem idem -> idems.add(idem);
        case Key.Lane lane -> lanes.add(lane);
        case OperationId id -> ids.add(id);
        case Key.HandedOver handed -> handedOver.add(handed);
        case Key.Completion _ -> throw new IllegalArgumentException("completions come with their operations");
      }
    }
  }

  /** All locks, and the clock behind them. */
  Message message(StoreTime time) {
    var message = new Message();
    if (!owners.isEmpty()) {
      message.ask(OWNERS, this::owner, (Object) owners.stream().map(Key.Owner::id).toArray(Long[]::new));
    }
    if (!docs.isEmpty()) lockDocs(message);
    if (!idems.isEmpty()) {
      byte[][] keys = sorted(idems.stream().map(PackedKey::of).toArray(byte[][]::new));
      message.add(ADD_IDEMS, (Object) keys).ask(IDEMS, this::idem, (Object) keys);
    }
    if (!lanes.isEmpty()) {
      byte[][] keys = sorted(lanes.stream().map(PackedKey::of).toArray(byte[][]::new));
      message.add(ADD_LANES, (Object) keys).ask(LANES, this::lane, (Object) keys);
    }
    lockOperations(message);
    if (!handedOver.isEmpty()) {
      var handed = handedOver.stream().map(key -> PackedKey.of(key.id())).toArray(byte[][]::new);
      message.ask(HANDED_OVER, this::handedOver, (Object) handed);
    }
    return time.ask(message);
  }

  private void lockDocs(Message message) {
    docs.sort(Comparator.comparing(Key.Doc::kind).thenComparing(Key.Doc::tenant).thenComparing(Key.Doc::id));
    var kinds = docs.stream().map(Key.Doc::kind).toArray(String[]::new);
    var tenants = docs.stream().map(Key.Doc::tenant).toArray(Integer[]::new);
    var names = docs.stream().map(doc -> doc.id().getBytes(UTF_8)).toArray(byte[][]::new);
    message.add(ADD_DOCS, kinds, tenants, names).ask(DOCS, this::doc, kinds, tenants, names);
  }

  private void lockOperations(Message message) {
    var from = new ArrayList<String>();
    var values = new ArrayList<>();
    if (!ids.isEmpty()) {
      from.add(GIVEN);
      values.add(PackedKey.of(ids));
    }
    if (!idems.isEmpty()) {
      from.add(NAMED);
      values.add(idems.stream().map(PackedKey::of).toArray(byte[][]::new));
    }
    if (!plan.successors().isEmpty()) {
      from.add(NEXT_IN_LANES);
      var wanted = List.copyOf(plan.successors().entrySet());
      values.add(wanted.stream().map(one -> PackedKey.of(one.getKey())).toArray(byte[][]::new));
      // What cannot be read is passed over, so that many more are looked at.
      values.add(wanted.stream().map(one -> one.getValue() + unreadable.count()).toArray(Integer[]::new));
    }
    if (from.isEmpty()) return;
    message.ask(OPERATIONS.formatted(String.join("\nUNION ALL ", from)), this::operation, values.toArray());
  }

  private static byte[][] sorted(byte[][] keys) {
    Arrays.sort(keys, Arrays::compareUnsigned);
    return keys;
  }

  private void owner(ResultSet row) throws SQLException {
    var key = new Key.Owner(row.getLong(1));
    rows.put(key, new Row.Owner(key, Instant.ofEpochMilli(row.getLong(2))));
  }

  private void doc(ResultSet row) throws SQLException {
    var doc = Documents.read(row);
    rows.put(doc.key(), doc);
  }

  private void idem(ResultSet row) throws SQLException {
    var idem = Idems.read(row);
    rows.put(idem.key(), idem);
  }

  private void lane(ResultSet row) throws SQLException {
    var key = PackedKey.lane(row.getBytes(1));
    rows.put(key, new Row.Lane(key, row.getInt(2), row.getInt(3), row.getLong(4)));
  }

  private void handedOver(ResultSet row) throws SQLException {
    var key = new Key.HandedOver(PackedKey.id(row.getBytes(1)));
    rows.put(key, new Row.HandedOver(key));
  }

  private void completion(ResultSet row) throws SQLException {
    var key = new Key.Completion(PackedKey.id(row.getBytes(1)));
    var bytes = row.getBytes(3);
    var result = bytes == null ? null : new Payload.Inline(bytes, row.getString(4));
    rows.put(key, new Row.Completion(key, row.getLong(2), result));
  }

  private void operation(ResultSet row) throws SQLException {
    var operation = unreadable.read(row);
    if (operation == null) return;
    if (row.getObject(4) != null) completing.add(operation.id());
    rows.put(operation.id(), operation);
    var lane = operation.submission().laneKey();
    if (operation.state() instanceof State.Blocked && lane != null && plan.successors().containsKey(lane)) {
      blocked.computeIfAbsent(lane, _ -> new ArrayList<>()).add(operation);
    }
  }

  /**
   * Whether each key was there or could be put there: another node may have given one up in between.
   *
   * @param counts how many rows each statement of {@link #message} found or changed
   */
  boolean holdAll(int[] counts) {
    int at = owners.isEmpty() ? 0 : 1;
    for (int wanted : new int[] {docs.size(), idems.size(), lanes.size()}) {
      if (wanted == 0) continue;
      if (counts[at] + counts[at + 1] != wanted) return false;
      at += 2;
    }
    return true;
  }

  /** Whether an application has recorded the end of an operation that is now locked. */
  boolean mayBeCompleted() {
    return !completing.isEmpty();
  }

  Message completions() {
    return new Message().ask(COMPLETIONS, this::completion, (Object) PackedKey.of(completing));
  }

  /** Whether an operation was asked for that is not there, so that its tombstone may be. */
  boolean mayBeBuried() {
    return !absentOperations().isEmpty();
  }

  private Set<OperationId> absentOperations() {
    var wanted = new HashSet<OperationId>(ids);
    for (var key : idems) if (rows.get(key) instanceof Row.Idem idem) wanted.add(idem.operation());
    wanted.removeIf(rows::containsKey);
    return wanted;
  }

  Message graves(StoreTime time) {
    var message =
        new Message()
            .ask(
                TOMBSTONES,
                row -> {
                  var id = PackedKey.id(row.getBytes(1));
                  var until = Instant.ofEpochMilli(row.getLong(3));
                  var sameAs = row.getBytes(4);
                  rows.put(
                      id, new Row.Tombstone(id, row.getInt(2), until, sameAs == null ? null : PackedKey.id(sameAs)));
                },
                (Object) PackedKey.of(absentOperations()));
    return time.ask(message);
  }

  /** All that was locked. */
  Map<Key, Row> rows() {
    return rows;
  }

  /** What was asked for; successors that nobody named are told apart. */
  Map<Key, Row> asked() {
    var named = new HashSet<Key>(ids);
    for (var row : rows.values()) if (row instanceof Row.Idem idem) named.add(idem.operation());
    var asked = new HashMap<>(rows);
    asked.keySet().removeIf(key -> key instanceof OperationId && !named.contains(key));
    return asked;
  }

  /** Each lane's next in turn, as many as were wanted. Others are not told: they are not next. */
  Map<Key.Lane, List<Operation>> blocked() {
    var next = new HashMap<Key.Lane, List<Operation>>();
    blocked.forEach(
        (lane, list) -> {
          list.sort(Comparator.comparingLong(Locks::turn));
          next.put(lane, list.stream().limit(plan.successors().getOrDefault(lane, 0)).toList());
        });
    return next;
  }

  private static long turn(Operation operation) {
    return operation.state() instanceof State.Blocked(var turn) ? turn : Long.MAX_VALUE;
  }

  Absent absent() {
    return new Absent(
        idems.stream().filter(key -> !rows.containsKey(key)).toList(),
        lanes.stream().filter(key -> !rows.containsKey(key)).toList(),
        docs.stream().filter(key -> !rows.containsKey(key)).toList());
  }
}
