package dev.raincheck.postgres;

import static dev.raincheck.postgres.Columns.bytes;
import static dev.raincheck.postgres.Columns.ints;
import static dev.raincheck.postgres.Columns.longs;
import static dev.raincheck.postgres.Columns.texts;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole batch as one message: what goes, what comes, the log's end, and {@code COMMIT}. So the log's tail
 * is held for as long as the server needs, and never by a node that stands still.
 */
final class Save {
  static final String INSERT_OPERATIONS =
      """
      INSERT INTO operation (id, tenant, type, created_at, lane, parent, correlation, tags, asked)
      SELECT id, tenant, type, created_at, lane, parent, correlation, string_to_array(tags, E'\\n'), asked
      FROM unnest(?::bytea[], ?::int[], ?::text[], ?::bigint[], ?::bytea[], ?::bytea[], ?::text[], ?::text[],
        ?::bytea[]) AS new (id, tenant, type, created_at, lane, parent, correlation, tags, asked)\
      """;

  static final String INSERT_LIVES =
      """
      INSERT INTO life (id, tenant, type, queue, created_at, priority, state, rank, due, owner, finished_at,
        lane, turn, dead, life, fence)
      SELECT * FROM unnest(?::bytea[], ?::int[], ?::text[], ?::text[], ?::bigint[], ?::int[], ?::int[],
        ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bigint[], ?::bool[], ?::bytea[], ?::bigint[])\
      """;

  static final String MOVE =
      """
      UPDATE life SET state = new.state, rank = new.rank, due = new.due, owner = new.owner,
        finished_at = new.finished_at, turn = new.turn, dead = new.dead, life = new.life, fence = new.fence,
        completing = NULL
      FROM unnest(?::bytea[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bool[],
        ?::bytea[], ?::bigint[]) AS new (id, state, rank, due, owner, finished_at, turn, dead, life, fence)
      WHERE life.id = new.id\
      """;

  /** Touches no index, so that the row's next version finds room beside it. */
  static final String REWRITE =
      """
      UPDATE life SET life = new.life FROM unnest(?::bytea[], ?::bytea[]) AS new (id, life)
      WHERE life.id = new.id\
      """;

  private static final String SAVE_PAYLOADS =
      """
      INSERT INTO payload (operation, part, bytes) SELECT * FROM unnest(?::bytea[], ?::int[], ?::bytea[])
      ON CONFLICT (operation, part) DO UPDATE SET bytes = excluded.bytes\
      """;
  private static final String SAVE_REFERENCES =
      """
      INSERT INTO blob_reference (blob, operation, part, size)
      SELECT * FROM unnest(?::bytea[], ?::bytea[], ?::int[], ?::bigint[])
      ON CONFLICT (blob, operation, part) DO UPDATE SET size = excluded.size\
      """;
  private static final String DELETE_REFERENCES =
      """
      DELETE FROM blob_reference WHERE (blob, operation, part) IN
        (SELECT blob, operation, part FROM unnest(?::bytea[], ?::bytea[], ?::int[]) AS gone (blob, operation, part))\
      """;
  private static final String DELETE_RESULTS = "DELETE FROM payload WHERE operation = ANY (?) AND part = 1";

  private static final String INSERT_CHUNKS =
      """
      INSERT INTO chunk (operation, version, at, kind, media_type, body)
      SELECT * FROM unnest(?::bytea[], ?::int[], ?::bigint[], ?::int[], ?::text[], ?::bytea[])\
      """;

  private static final List<String> DELETE_OPERATIONS =
      List.of(
          "DELETE FROM life WHERE id = ANY (?)",
          "DELETE FROM operation WHERE id = ANY (?)",
          "DELETE FROM payload WHERE operation = ANY (?)",
          "DELETE FROM chunk WHERE operation = ANY (?)");
  private static final String DELETE_TOMBSTONES = "DELETE FROM tombstone WHERE id = ANY (?)";
  private static final String SAVE_TOMBSTONES =
      """
      INSERT INTO tombstone (id, tenant, until, same_as)
      SELECT * FROM unnest(?::bytea[], ?::int[], ?::bigint[], ?::bytea[])
      ON CONFLICT (id) DO UPDATE
        SET tenant = excluded.tenant, until = excluded.until, same_as = excluded.same_as\
      """;

  /** Each row is there: what was absent has been put there as a lock. */
  private static final String SAVE_IDEMS =
      """
      INSERT INTO idem (key, fingerprint, operation, until)
      SELECT * FROM unnest(?::bytea[], ?::bytea[], ?::bytea[], ?::bigint[])
      ON CONFLICT (key) DO UPDATE
        SET fingerprint = excluded.fingerprint, operation = excluded.operation, until = excluded.until\
      """;
  private static final String DELETE_IDEMS = "DELETE FROM idem WHERE key = ANY (?)";

  private static final String SAVE_LANES =
      """
      INSERT INTO lane (key, width, admitted, tail)
      SELECT * FROM unnest(?::bytea[], ?::int[], ?::int[], ?::bigint[])
      ON CONFLICT (key) DO UPDATE
        SET width = excluded.width, admitted = excluded.admitted, tail = excluded.tail\
      """;
  private static final String DELETE_LANES = "DELETE FROM lane WHERE key = ANY (?)";

  private static final String SAVE_OWNERS =
      """
      INSERT INTO owner (id, lease_until) SELECT * FROM unnest(?::bigint[], ?::bigint[])
      ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until\
      """;
  private static final String DELETE_OWNERS = "DELETE FROM owner WHERE id = ANY (?)";

  private static final String SAVE_DOCS =
      """
      INSERT INTO document (kind, tenant, id, version, body)
      SELECT * FROM unnest(?::text[], ?::int[], ?::bytea[], ?::bigint[], ?::bytea[])
      ON CONFLICT (kind, tenant, id) DO UPDATE SET version = excluded.version, body = excluded.body\
      """;
  private static final String DELETE_DOCS =
      """
      DELETE FROM document WHERE (kind, tenant, id) IN
        (SELECT kind, tenant, id FROM unnest(?::text[], ?::int[], ?::bytea[]) AS gone (kind, tenant, id))\
      """;

  private static final String DELETE_HANDED_OVER = "DELETE FROM submitted WHERE id = ANY (?)";
  private static final String DELETE_COMPLETIONS = "DELETE FROM completion WHERE operation = ANY (?)";

  private static final String ADD_BATCH = "INSERT INTO batch (node, number, at) VALUES (?, ?, ?)";

  private final Batch batch;
  private final Map<Key, Row> loaded;
  private final Absent absent;

  private final List<Operation> fresh = new ArrayList<>();
  private final List<Operation> moved = new ArrayList<>();
  private final List<Operation> rewritten = new ArrayList<>();
  private final List<Kept> payloads = new ArrayList<>();
  private final List<OperationId> resultsGone = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private final List<Reference> goneReferences = new ArrayList<>();
  private final Set<OperationId> buried = new HashSet<>();
  private final List<OperationId> gone = new ArrayList<>();
  private final List<OperationId> goneTombstones = new ArrayList<>();
  private final List<Row.Tombstone> tombstones = new ArrayList<>();
  private final List<Row.Chunk> chunks = new ArrayList<>();
  private final List<Row.Idem> idems = new ArrayList<>();
  private final List<Row.Lane> lanes = new ArrayList<>();
  private final List<Row.Owner> owners = new ArrayList<>();
  private final List<Row.Doc> docs = new ArrayList<>();
  private final Set<Key.Idem> goneIdems = new HashSet<>();
  private final Set<Key.Lane> goneLanes = new HashSet<>();
  private final List<Key.Owner> goneOwners = new ArrayList<>();
  private final Set<Key.Doc> goneDocs = new HashSet<>();
  private final List<OperationId> takenOver = new ArrayList<>(0);
  private final List<OperationId> completed = new ArrayList<>(0);

  /** Bytes that are kept apart from their operation's row. */
  private record Kept(OperationId operation, Payload.Part part, byte[] bytes) {}

  private record Reference(BlobId blob, OperationId operation, int part, long size) {
    static List<Reference> of(@Nullable Row row) {
      if (!(row instanceof Operation operation)) return List.of();
      var references = new ArrayList<Reference>(2);
      if (operation.submission().input() instanceof Payload.Blob blob) {
        references.add(new Reference(blob.id(), operation.id(), 0, blob.size()));
      }
      if (operation.state() instanceof State.Succeeded(Payload.Blob blob)) {
        references.add(new Reference(blob.id(), operation.id(), 1, blob.size()));
      }
      return references;
    }
  }

  /** @param loaded what this transaction has locked and found */
  Save(Batch batch, Map<Key, Row> loaded, Absent absent) {
    this.batch = batch;
    this.loaded = loaded;
    this.absent = absent;
    goneIdems.addAll(absent.idems());
    goneLanes.addAll(absent.lanes());
    goneDocs.addAll(absent.docs());
    for (var key : batch.removed()) remove(key);
    for (var row : batch.saved()) save(row);
  }

  private void remove(Key key) {
    switch (key) {
      case OperationId id -> {
        if (loaded.get(id) instanceof Row.Tombstone) {
          goneTombstones.add(id);
        } else {
          bury(id);
          if (!loaded.containsKey(id)) goneTombstones.add(id);
        }
      }
      case Key.Idem idem -> goneIdems.add(idem);
      case Key.Lane lane -> goneLanes.add(lane);
      case Key.Owner owner -> goneOwners.add(owner);
      case Key.Doc doc -> goneDocs.add(doc);
      case Key.HandedOver handed -> takenOver.add(handed.id());
      case Key.Completion completion -> completed.add(completion.operation());
    }
  }

  private void bury(OperationId id) {
    if (!buried.add(id)) return;
    gone.add(id);
    goneReferences.addAll(Reference.of(loaded.get(id)));
  }

  private void save(Row row) {
    switch (row) {
      case Operation operation -> save(operation);
      case Row.Tombstone tombstone -> {
        tombstones.add(tombstone);
        bury(tombstone.id());
      }
      case Row.Chunk chunk -> chunks.add(chunk);
      case Row.Idem idem -> {
        idems.add(idem);
        goneIdems.remove(idem.key());
      }
      case Row.Lane lane -> {
        lanes.add(lane);
        goneLanes.remove(lane.key());
      }
      case Row.Owner owner -> owners.add(owner);
      case Row.Doc doc -> {
        docs.add(doc);
        goneDocs.remove(doc.key());
      }
      case Row.HandedOver _, Row.Completion _ -> throw new IllegalArgumentException("only applications hand over");
    }
  }

  private void save(Operation whole) {
    var operation = whole.inRow();
    boolean isFresh = batch.fresh().contains(operation.id());
    var before = loaded.get(operation.id()) instanceof Operation one ? one : null;
    refer(isFresh ? null : before, operation);
    if (isFresh) fresh.add(operation);
    else if (before != null && Columns.same(before, operation)) rewritten.add(operation);
    else moved.add(operation);
    if (isFresh && whole.submission().input() instanceof Payload.Inline(var bytes, _)) {
      keep(operation.id(), Payload.Part.INPUT, bytes);
    }
    if (operation.resultGone()) resultsGone.add(operation.id());
    else if (whole.state() instanceof State.Succeeded(Payload.Inline(var bytes, _))) {
      keep(operation.id(), Payload.Part.RESULT, bytes);
    }
  }

  private void refer(@Nullable Operation before, Operation after) {
    var now = Reference.of(after);
    var then = Reference.of(before);
    for (var reference : now) if (!then.contains(reference)) references.add(reference);
    for (var reference : then) if (!now.contains(reference)) goneReferences.add(reference);
  }

  private void keep(OperationId id, Payload.Part part, byte[] bytes) {
    if (bytes.length > Payload.INLINE_MAX) payloads.add(new Kept(id, part, bytes));
  }

  /**
   * The message.
   *
   * @param at the batch's time
   * @param offsets takes each stream and the first offset that it got
   */
  Message message(Instant at, Message.Row offsets) {
    var message = new Message();
    operations(message);
    keys(message);
    message.add(ADD_BATCH, batch.node(), batch.number(), at.toEpochMilli());
    var log = new Log(batch, at);
    log.trim(message);
    log.append(message, offsets);
    return message.add("COMMIT");
  }

  private void operations(Message message) {
    if (!gone.isEmpty()) for (var sql : DELETE_OPERATIONS) message.add(sql, (Object) PackedKey.of(gone));
    if (!goneReferences.isEmpty()) {
      message.add(
          DELETE_REFERENCES,
          bytes(goneReferences, one -> PackedKey.of(one.blob)),
          bytes(goneReferences, one -> PackedKey.of(one.operation)),
          ints(goneReferences, Reference::part));
    }
    if (!references.isEmpty()) {
      message.add(
          SAVE_REFERENCES,
          bytes(references, one -> PackedKey.of(one.blob)),
          bytes(references, one -> PackedKey.of(one.operation)),
          ints(references, Reference::part),
          longs(references, Reference::size));
    }
    if (!goneTombstones.isEmpty()) message.add(DELETE_TOMBSTONES, (Object) PackedKey.of(goneTombstones));
    if (!tombstones.isEmpty()) {
      message.add(
          SAVE_TOMBSTONES,
          bytes(tombstones, one -> PackedKey.of(one.id())),
          ints(tombstones, Row.Tombstone::tenant),
          longs(tombstones, one -> one.until().toEpochMilli()),
          bytes(tombstones, Save::sameAs));
    }
    if (!fresh.isEmpty()) {
      message.add(INSERT_OPERATIONS, Columns.asked(fresh));
      message.add(INSERT_LIVES, Columns.lives(fresh));
    }
    if (!moved.isEmpty()) message.add(MOVE, Columns.moves(moved));
    if (!rewritten.isEmpty()) {
      message.add(REWRITE, bytes(rewritten, one -> PackedKey.of(one.id())), bytes(rewritten, OperationCodec::life));
    }
    if (!payloads.isEmpty()) {
      message.add(
          SAVE_PAYLOADS,
          bytes(payloads, one -> PackedKey.of(one.operation)),
          ints(payloads, one -> one.part == Payload.Part.INPUT ? 0 : 1),
          bytes(payloads, Kept::bytes));
    }
    if (!resultsGone.isEmpty()) message.add(DELETE_RESULTS, (Object) PackedKey.of(resultsGone));
    if (!chunks.isEmpty()) {
      message.add(
          INSERT_CHUNKS,
          bytes(chunks, one -> PackedKey.of(one.operation())),
          ints(chunks, Row.Chunk::version),
          longs(chunks, one -> one.at().toEpochMilli()),
          ints(chunks, one -> one.kind() == Row.Chunk.Kind.LOG ? 0 : 1),
          texts(chunks, Row.Chunk::mediaType),
          bytes(chunks, Row.Chunk::body));
    }
  }

  private void keys(Message message) {
    if (!goneIdems.isEmpty()) message.add(DELETE_IDEMS, (Object) bytes(List.copyOf(goneIdems), PackedKey::of));
    if (!idems.isEmpty()) {
      message.add(
          SAVE_IDEMS,
          bytes(idems, one -> PackedKey.of(one.key())),
          bytes(idems, Row.Idem::fingerprint),
          bytes(idems, one -> PackedKey.of(one.operation())),
          longs(idems, one -> one.until().toEpochMilli()));
    }
    if (!takenOver.isEmpty()) message.add(DELETE_HANDED_OVER, (Object) PackedKey.of(takenOver));
    if (!completed.isEmpty()) message.add(DELETE_COMPLETIONS, (Object) PackedKey.of(completed));
    if (!goneLanes.isEmpty()) message.add(DELETE_LANES, (Object) bytes(List.copyOf(goneLanes), PackedKey::of));
    if (!lanes.isEmpty()) {
      message.add(
          SAVE_LANES,
          bytes(lanes, one -> PackedKey.of(one.key())),
          ints(lanes, Row.Lane::limit),
          ints(lanes, Row.Lane::admitted),
          longs(lanes, Row.Lane::tail));
    }
    if (!goneOwners.isEmpty()) message.add(DELETE_OWNERS, (Object) longs(goneOwners, Key.Owner::id));
    if (!owners.isEmpty()) {
      message.add(
          SAVE_OWNERS, longs(owners, one -> one.key().id()), longs(owners, one -> one.leaseUntil().toEpochMilli()));
    }
    if (!goneDocs.isEmpty()) {
      var keys = List.copyOf(goneDocs);
      message.add(
          DELETE_DOCS, texts(keys, Key.Doc::kind), ints(keys, Key.Doc::tenant), bytes(keys, Save::name));
    }
    if (!docs.isEmpty()) {
      message.add(
          SAVE_DOCS,
          texts(docs, one -> one.key().kind()),
          ints(docs, one -> one.key().tenant()),
          bytes(docs, one -> name(one.key())),
          longs(docs, Row.Doc::version),
          bytes(docs, Row.Doc::body));
    }
  }

  private static byte @Nullable [] sameAs(Row.Tombstone tombstone) {
    return tombstone.sameAs() == null ? null : PackedKey.of(tombstone.sameAs());
  }

  private static byte[] name(Key.Doc doc) {
    return doc.id().getBytes(UTF_8);
  }
}
