package dev.raincheck.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.blob.Blobs;
import dev.raincheck.ledger.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What an operation was submitted with, as sent: in memory, or, if it is long, in the blob store. */
public final class Input {
  public static final Input NONE = new Input(new byte[0], "");

  private final Payload payload;
  private final @Nullable Blobs blobs;

  /** @param mediaType empty when there was no body */
  public Input(byte[] bytes, String mediaType) {
    this(new Payload.Inline(bytes, mediaType), null);
  }

  private Input(Payload payload, @Nullable Blobs blobs) {
    this.payload = payload;
    this.blobs = blobs;
  }

  /**
   * What a spool took.
   *
   * @param blobs where it is, if it is a blob
   */
  public static Input of(Payload payload, Blobs blobs) {
    if (payload instanceof Payload.Apart) throw new IllegalArgumentException("the bytes are elsewhere");
    return new Input(payload, blobs);
  }

  /** Empty when there was no body. */
  public String mediaType() {
    return payload.mediaType();
  }

  /** In bytes. */
  public long size() {
    return payload.size();
  }

  /** Whether it is in memory; if not, {@link #open} it rather than ask for its {@link #bytes}. */
  public boolean inMemory() {
    return payload instanceof Payload.Inline;
  }

  /** All bytes, in memory. */
  public byte[] bytes() {
    if (payload instanceof Payload.Inline(var bytes, _)) return bytes;
    try (var in = open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes as UTF-8 text, such as JSON. */
  public String text() {
    return new String(bytes(), UTF_8);
  }

  /** Reads it from the beginning; as often as wanted. */
  public InputStream open() throws IOException {
    return switch (payload) {
      case Payload.Inline(var bytes, _) -> new ByteArrayInputStream(bytes);
      case Payload.Blob blob when blobs != null -> blobs.open(blob, 0);
      case Payload.Blob _, Payload.Apart _ -> throw new IllegalStateException("the bytes are elsewhere");
    };
  }

  Payload payload() {
    return payload;
  }
}
