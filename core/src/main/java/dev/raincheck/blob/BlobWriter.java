package dev.raincheck.blob;

import java.io.Closeable;
import java.io.IOException;

/** A blob in the making. Used by one thread at a time. */
public interface BlobWriter extends Closeable {
  /**
   * Adds bytes; they may not have reached the disk when this returns.
   *
   * @throws NoRoomException if there is no room
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Makes all that was written durable, under its name. A blob is there when this has returned. */
  void finish() throws IOException;

  /** Gives up what is not finished, and removes what there is of it as well as it can. Never throws. */
  @Override
  void close();
}
