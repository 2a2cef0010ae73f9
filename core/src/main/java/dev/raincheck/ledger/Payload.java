package dev.raincheck.ledger;

/**
 * Bytes with a media type, stored as sent. Up to {@link #INLINE_MAX} bytes they live in the operation's
 * own row (one write less in each life); longer ones live apart and are read by
 * {@link Reader#payload(OperationId, Part)}.
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

  /** Bytes that the store keeps apart from the row. */
  record Apart(long size, String mediaType) implements Payload {}

  /** Which of an operation's payloads. */
  enum Part {
    INPUT,
    RESULT
  }

  /** This payload as an operation's row keeps it: long bytes are only referred to. */
  default Payload inRow() {
    return switch (this) {
      case Inline(var bytes, var mediaType) when bytes.length > INLINE_MAX -> new Apart(bytes.length, mediaType);
      case Inline _, Apart _ -> this;
    };
  }
}
