package dev.raincheck.server.event;

import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Follows a log that is read by cursors; it has no end. */
abstract class CursorStream extends LiveStream {
  private static final int PAGE_ENTRIES_MAX = 100;

  /** What is sent at a time, but for the last piece: the client takes it before more is read. */
  private static final int PAGE_BYTES_MAX = 64 << 10;

  private final OpenStreams all;
  private final CursorLog log;
  private @Nullable Start start;

  /** Where to begin. */
  sealed interface Start {
    /** With what comes from now on; or instead of what cannot be told. */
    record Now(boolean resync) implements Start {}

    /** With the oldest entry that is kept. */
    record Oldest() implements Start {}

    record After(long offset) implements Start {}
  }

  CursorStream(OpenStreams all, Framing framing, Follower follower, CursorLog log, Start start) {
    super(all, framing, follower, start instanceof Start.After(long offset) ? offset : 0);
    this.all = all;
    this.log = log;
    this.start = start;
  }

  @Override
  final Page read(long position) {
    var begin = start;
    start = null;
    if (begin instanceof Start.Now(boolean resync)) return beginning(log.end(), resync);
    var part = log.read(position, PAGE_ENTRIES_MAX);
    if (part.isLostAfter(position) && !(begin instanceof Start.Oldest)) return beginning(part.end(), true);
    var frames = new ArrayList<byte[]>();
    long end = position;
    int bytes = 0;
    for (var item : part.items()) {
      if (bytes > PAGE_BYTES_MAX) break;
      end = item.offset();
      var json = item.json();
      if (json == null) continue;
      frames.add(frame(end, item.name(), json.get()));
      bytes += frames.getLast().length;
    }
    return new Page(joined(frames), frames.size(), end, end < part.end(), false);
  }

  private Page beginning(long offset, boolean resync) {
    var json = log.start(offset, Instant.ofEpochMilli(all.now()), resync);
    return new Page(frame(offset, "snapshot", json), 1, offset, false, false);
  }

  final byte[] frame(long offset, String name, byte[] json) {
    return framing().frame(name, log.cursor(offset), json);
  }

  // ---- on the feed's thread

  public void behind() {
    toldOfLoss();
  }

  public void released() {
    stop();
  }
}
