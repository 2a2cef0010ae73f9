package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * Bytes with a media type, stored as sent. Up to {@link #INLINE_MAX} bytes they live in the operation's
 * own row (one write less in each life); longer ones live apart and are read by
 * {@link Reader#payload(OperationId, Part)}. What is too long for memory is a blob, outside of the store.
 */
public sealed interface Payload {
  /** Measured: a separate row costs the one writer about a tenth of an operation's life. */
  int INLINE_MAX = 1024;

  String mediaType();

  long size();

  /** The bytes at hand. */
  record Inline(byte[] bytes, String mediaType) implements Payload {
    @Override
    public long size() {
      return bytes.length;
    }
  }

  /** Bytes that the store keeps apart from the row, and their SHA-256. */
  record Apart(long size, String mediaType, byte[] sha256) implements Payload {}

  /**
   * Bytes in the blob store, durable before anything refers to them, and their SHA-256.
   *
   * @param storedAt when they became so
   */
  record Blob(BlobId id, long size, String mediaType, byte[] sha256, Instant storedAt) implements Payload {
    /**
     * How soon an operation must refer to it. What nothing refers to is swept when it is twice as old, so
     * whatever is swept can no longer be referred to, whichever node sweeps.
     */
    public static final Duration REFERRED_WITHIN = Duration.ofHours(12);

    public Blob {
      storedAt = Instant.ofEpochMilli(storedAt.toEpochMilli());
    }
  }

  /** Which of an operation's payloads. */
  enum Part {
    INPUT,
    RESULT
  }

  /** This payload as an operation's row keeps it: long bytes are only referred to. */
  default Payload inRow() {
    return switch (this) {
      case Inline(var bytes, var mediaType) when bytes.length > INLINE_MAX ->
          new Apart(bytes.length, mediaType, Sha256.of(bytes));
      case Inline _, Apart _, Blob _ -> this;
    };
  }

  /** SHA-256 of the bytes: the validator of a result, and how two completions are told apart. */
  default byte[] digest() {
    return switch (this) {
      case Inline(var bytes, _) -> Sha256.of(bytes);
      case Apart(_, _, var sha256) -> sha256;
      case Blob(_, _, _, var sha256, _) -> sha256;
    };
  }

  /** Whether both are the same bytes of the same media type. */
  default boolean sameAs(Payload other) {
    return size() == other.size()
        && mediaType().equals(other.mediaType())
        && Arrays.equals(digest(), other.digest());
  }
}
