package dev.raincheck.server.event;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is read by opaque cursors: what a tenant's operations tell, or the events of one of its topics. */
interface CursorLog {
  int tenant();

  /** The entries after an offset, or from the oldest on if that is gone. May wait for the store. */
  Part read(long after, int atMost);

  /** The offset of the last entry; 0 if there is none. */
  long end();

  /** Where to go on after an offset, as text for clients. */
  String cursor(long offset);

  /** Empty if it was not written for this log. */
  OptionalLong offset(String cursor);

  /**
   * What a stream begins with.
   *
   * @param resync whether it stands for entries that cannot be told
   */
  byte[] start(long offset, Instant now, boolean resync);

  /** A poll that waits for an entry after an offset. */
  Poll poll(long after);

  /** @param watch begins to wake it; {@code unwatch} ends that, and may be run without */
  record Poll(NextEvent next, Runnable watch, Runnable unwatch) {}

  /**
   * An entry.
   *
   * @param name of its kind, in a stream
   * @param json the document, which may wait for the store; null if it is not to be told
   */
  record Item(long offset, String name, @Nullable Supplier<byte[]> json) {}

  /**
   * @param items without a gap from where it was asked to begin
   * @param oldest the offset of the first entry that is still kept
   * @param end of the log at that moment
   */
  record Part(List<Item> items, long oldest, long end) {
    /** Whether what follows an offset cannot be told: forgotten, or never been there. */
    boolean isLostAfter(long offset) {
      return offset > end || offset + 1 < oldest;
    }
  }
}
