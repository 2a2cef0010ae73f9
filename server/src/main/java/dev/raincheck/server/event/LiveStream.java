package dev.raincheck.server.event;

import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Outlet;
import dev.raincheck.server.http.Principal;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client that follows. It first reads what it missed, page by page and only as fast as the client takes
 * it; then it is told. What it is told while it reads, and whatever leaves a gap, makes it read on: so every
 * entry is sent once and in order, whoever tells of it, and however often.
 */
abstract class LiveStream implements Answer.Source {
  private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

  private enum Mode {
    /** A thread reads a page. */
    READING,
    /** The client is taking a page; then the next is read. */
    DRAINING,
    /** Told by the feed. */
    LIVE,
    OVER
  }

  private final OpenStreams all;
  private final Framing framing;
  private final Follower follower;
  private @Nullable Outlet outlet;
  private Mode mode = Mode.READING;
  private long position;
  private long heard;
  private boolean lost;
  private long sentAt;

  /** Who follows: a tenant, by a credential that may end before the stream does. */
  record Follower(int tenant, Principal who) {}

  /** @param position the entry after which it begins */
  LiveStream(OpenStreams all, Framing framing, Follower follower, long position) {
    this.all = all;
    this.framing = framing;
    this.follower = follower;
    this.position = position;
  }

  /** A page that was read: what to send, where that leaves the client, and whether there is more. */
  record Page(byte[] bytes, int events, long position, boolean more, boolean last) {}

  // ---- what kinds of streams differ in

  /** Begins to be told. */
  abstract void watch();

  abstract void unwatch();

  /** Reads on after a position. May wait for the store. Empty if there is nothing left to follow. */
  abstract @Nullable Page read(long position);

  /** Called when everything was read, before what comes next is told. */
  abstract void caughtUp();

  final Framing framing() {
    return framing;
  }

  final int tenant() {
    return follower.tenant();
  }

  final Principal who() {
    return follower.who();
  }

  // ---- the client's side

  @Override
  public final void open(Outlet to) {
    synchronized (this) {
      outlet = to;
      sentAt = all.now();
    }
    all.opened(this);
    if (framing.opening().length > 0) to.offer(framing.opening());
    watch();
    readOn(true);
  }

  @Override
  public final void drained() {
    synchronized (this) {
      if (mode != Mode.DRAINING) return;
      mode = Mode.READING;
    }
    startReading();
  }

  @Override
  public final void closed(boolean tooSlow) {
    synchronized (this) {
      mode = Mode.OVER;
    }
    unwatch();
    all.closed(this, tenant(), tooSlow);
  }

  final synchronized void beat(long silentSince) {
    if (mode != Mode.OVER && sentAt <= silentSince) send(framing.heartbeat(), 0);
  }

  // ---- reading

  private void startReading() {
    Thread.ofVirtual().name("stream-read").start(() -> readOn(false));
  }

  private void readOn(boolean first) {
    try {
      boolean again = true;
      boolean silent = first;
      while (again) {
        again = readPage(silent);
        silent = false;
      }
    } catch (RuntimeException e) {
      LOG.warn("A stream could not read on; its client resumes", e);
      cut();
    }
  }

  /** @return whether to read on at once */
  private boolean readPage(boolean first) {
    long from;
    synchronized (this) {
      if (mode != Mode.READING) return false;
      from = position;
      lost = false;
    }
    var read = all.reading(() -> Optional.ofNullable(read(from))).orElse(null);
    synchronized (this) {
      if (mode != Mode.READING) return false;
      if (read == null) {
        finish();
        return false;
      }
      position = read.position();
      // Drained is told for all of it, so the mode is set before.
      if (read.more()) mode = Mode.DRAINING;
      if (read.bytes().length > 0) send(read.bytes(), read.events());
      else if (first && framing.opening().length == 0) send(framing.heartbeat(), 0);
      if (read.last()) {
        finish();
        return false;
      }
      if (read.more()) {
        if (read.bytes().length > 0) return false;
        mode = Mode.READING; // nothing was sent that could drain
        return true;
      }
      if (lost || heard > position) return true;
      mode = Mode.LIVE;
      caughtUp();
      return false;
    }
  }

  // ---- being told

  /**
   * An entry was committed.
   *
   * @param frame null if this client does not want it
   * @param last whether nothing can follow
   */
  final synchronized void told(long number, @Nullable Supplier<byte[]> frame, boolean last) {
    if (mode == Mode.OVER || number <= position) return;
    if (mode == Mode.LIVE && number == position + 1) {
      position = number;
      if ((frame == null || sendIfRendered(frame)) && last) finish();
      return;
    }
    heard = Math.max(heard, number);
    readIfLive();
  }

  /** An entry that cannot be rendered now must not be passed over: the client comes back for it. */
  private boolean sendIfRendered(Supplier<byte[]> frame) {
    try {
      send(frame.get(), 1);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("An event could not be rendered; its client resumes", e);
      cut();
      return false;
    }
  }

  /** Something without a number; false if it cannot be sent now. */
  final synchronized boolean toldNow(Supplier<byte[]> frame) {
    if (mode != Mode.LIVE) return false;
    return sendIfRendered(frame);
  }

  final synchronized void toldOfLoss() {
    if (mode == Mode.OVER) return;
    lost = true;
    readIfLive();
  }

  private void readIfLive() {
    if (mode != Mode.LIVE) return;
    mode = Mode.READING;
    startReading();
  }

  /** The server stops, or who follows no longer may: the client comes back, here or elsewhere, or learns why not. */
  final synchronized void stop() {
    if (mode != Mode.OVER) finish();
  }

  private void send(byte[] bytes, int events) {
    sentAt = all.now();
    if (to().offer(bytes)) all.sent(events);
  }

  private void finish() {
    mode = Mode.OVER;
    to().end();
  }

  private void cut() {
    to().cut();
  }

  private Outlet to() {
    if (outlet == null) throw new IllegalStateException("the stream is not open yet");
    return outlet;
  }

  static byte[] joined(Iterable<byte[]> parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }
}
