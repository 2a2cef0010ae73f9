package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Sha256;
import java.nio.ByteBuffer;

/**
 * Names of events, made from what they tell of: so an event has one name on every channel, node and day,
 * and none need be stored.
 */
final class EventIds {
  private static final byte ENTRY = 1;
  private static final byte PROGRESS = 2;
  private static final byte STREAM = 3;
  private static final byte TOPIC = 4;

  private EventIds() {}

  /** Of an entry of an operation's history. */
  static String ofEntry(OperationId operation, int version) {
    return of(ENTRY, operation.hi(), operation.lo(), version);
  }

  /** Of progress: it has no number, but comes with a revision of its operation. */
  static String ofProgress(OperationId operation, long revision) {
    return of(PROGRESS, operation.hi(), operation.lo(), revision);
  }

  /** Of the beginning of a tenant's stream. */
  static String ofStream(int tenant, long offset) {
    return of(STREAM, tenant, 0, offset);
  }

  /** Of the beginning of a topic's stream. */
  static String ofTopic(int tenant, String topic, long offset) {
    var name = ByteBuffer.wrap(Sha256.of(topic.getBytes(UTF_8)));
    return of(TOPIC, tenant, name.getLong(), offset);
  }

  private static String of(byte kind, long hi, long lo, long number) {
    var named = ByteBuffer.allocate(1 + 3 * Long.BYTES).put(kind).putLong(hi).putLong(lo).putLong(number);
    var hash = ByteBuffer.wrap(Sha256.of(named.array()));
    return "evt_" + new OperationId(hash.getLong(), hash.getLong()).text().substring("op_".length());
  }
}
