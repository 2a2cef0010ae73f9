package dev.raincheck.blob;

import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a payload of unknown length: a short one stays in memory, a long one goes to the blob store as it
 * comes. Closed without {@link #finish}, it leaves nothing. Used by one thread at a time.
 */
public final class Spool extends OutputStream {
  private final Blobs blobs;
  private final int tenant;
  private final int memoryMax;
  private final MessageDigest digest = Sha256.begin();
  private @Nullable ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private Blobs.@Nullable Making making;
  private long size;
  private boolean over;

  Spool(Blobs blobs, int tenant, int memoryMax) {
    this.blobs = blobs;
    this.tenant = tenant;
    this.memoryMax = memoryMax;
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** @throws NoRoomException if the blob store has no room */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (over) throw new IOException("the payload is finished, or given up");
    digest.update(bytes, offset, length);
    size += length;
    var kept = memory;
    if (kept != null && size <= memoryMax) {
      kept.write(bytes, offset, length);
      return;
    }
    var blob = making;
    if (blob == null) making = blob = blobs.begin(tenant);
    if (kept != null) {
      memory = null;
      var before = kept.toByteArray();
      blob.writer().write(before, 0, before.length);
    }
    blob.writer().write(bytes, offset, length);
  }

  /** What was written, durable if it is a blob. Whoever gets it hands it to an operation or discards it. */
  public Payload finish(String mediaType) throws IOException {
    if (over) throw new IOException("the payload is finished, or given up");
    var kept = memory;
    if (kept != null) {
      over = true;
      return new Payload.Inline(kept.toByteArray(), mediaType);
    }
    var blob = making;
    if (blob == null) throw new IllegalStateException("neither in memory nor in the store");
    blob.writer().finish();
    over = true;
    return blobs.made(blob.id(), size, mediaType, digest.digest());
  }

  /** Gives up what is not finished. */
  @Override
  public void close() {
    if (over) return;
    over = true;
    var blob = making;
    if (blob != null) blobs.giveUp(blob);
  }
}
