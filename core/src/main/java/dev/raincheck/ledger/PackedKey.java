package dev.raincheck.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * Keys as one value each for stores with columns, so that many can be asked for in one list: a tenant, a
 * short text with its length before it, and the rest.
 */
public final class PackedKey {
  private static final int SHORT_MAX = 0xFFFF;

  private PackedKey() {}

  public static byte[] of(Key.Idem key) {
    return pack(key.tenant(), key.scope(), key.key());
  }

  public static byte[] of(Key.Lane key) {
    return pack(key.tenant(), key.queue(), key.key());
  }

  public static byte[] of(OperationId id) {
    return ByteBuffer.allocate(16).putLong(id.hi()).putLong(id.lo()).array();
  }

  public static byte[][] of(Collection<OperationId> ids) {
    return ids.stream().map(PackedKey::of).toArray(byte[][]::new);
  }

  public static byte[] of(BlobId id) {
    return ByteBuffer.allocate(20).putLong(id.hi()).putLong(id.lo()).putInt(id.tenant()).array();
  }

  public static BlobId blob(byte[] packed) {
    var in = ByteBuffer.wrap(packed);
    long hi = in.getLong();
    long lo = in.getLong();
    return new BlobId(in.getInt(), hi, lo);
  }

  public static Key.Idem idem(byte[] packed) {
    var in = ByteBuffer.wrap(packed);
    return new Key.Idem(in.getInt(), text(in, in.getChar()), text(in, in.remaining()));
  }

  public static Key.Lane lane(byte[] packed) {
    var in = ByteBuffer.wrap(packed);
    return new Key.Lane(in.getInt(), text(in, in.getChar()), text(in, in.remaining()));
  }

  public static OperationId id(byte[] packed) {
    var in = ByteBuffer.wrap(packed);
    return new OperationId(in.getLong(), in.getLong());
  }

  private static byte[] pack(int tenant, String first, String second) {
    byte[] a = first.getBytes(UTF_8);
    byte[] b = second.getBytes(UTF_8);
    if (a.length > SHORT_MAX) throw new StoreException("a scope or queue is longer than 64 KiB");
    return ByteBuffer.allocate(6 + a.length + b.length)
        .putInt(tenant)
        .putChar((char) a.length)
        .put(a)
        .put(b)
        .array();
  }

  private static String text(ByteBuffer in, int length) {
    var text = new String(in.array(), in.position(), length, UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
