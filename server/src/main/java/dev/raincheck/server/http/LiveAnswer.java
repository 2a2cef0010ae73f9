package dev.raincheck.server.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live answer on its way: one asynchronous write at a time, and behind it what was offered meanwhile. So
 * a write that has not completed is its client's backpressure, and touches no other client.
 */
final class LiveAnswer implements Outlet, Callback {
  private static final Logger LOG = LoggerFactory.getLogger(LiveAnswer.class);

  /** What is held for one client; the piece that passes it is still taken. */
  private static final int HELD_BYTES_MAX = 256 << 10;

  /**
   * What is held for all clients together, an eighth of the heap; past it, who leaves more than a little
   * untaken is cut, and nobody who keeps up.
   */
  private static final long ALL_HELD_BYTES_MAX = Runtime.getRuntime().maxMemory() / 8;

  /** What is held for one client while that is passed: a client that reads has less than this. */
  private static final int SCARCE_BYTES_MAX = 16 << 10;

  private enum Phase {
    OPEN,
    ENDING,
    /** Being cut: the write under way comes to its end first. */
    CUT,
    OVER
  }

  private final House house;
  private final Response response;
  private final Carrier carrier;
  private final Answer.Source source;
  private final BiConsumer<LiveAnswer, @Nullable Throwable> over;

  private Phase phase = Phase.OPEN;
  private @Nullable List<byte[]> queue;
  private boolean writing;
  private boolean lastWrite;
  private boolean tooSlow;
  private long since; // the write under way, or the end that waits for it
  private int inFlight;
  private long held; // in flight and in the queue
  private long bytes;

  /** @param over told once, at the end: null if it was a good one */
  LiveAnswer(
      House house,
      Response response,
      Carrier carrier,
      Answer.Source source,
      BiConsumer<LiveAnswer, @Nullable Throwable> over) {
    this.house = house;
    this.response = response;
    this.carrier = carrier;
    this.source = source;
    this.over = over;
  }

  void open() {
    try {
      source.open(this);
    } catch (RuntimeException | Error failure) {
      LOG.error("A live answer could not begin", failure);
      cut();
    }
  }

  synchronized long bytes() {
    return bytes;
  }

  // ---- what the source calls

  @Override
  public boolean offer(byte[] piece) {
    boolean full;
    synchronized (this) {
      if (phase != Phase.OPEN) return false;
      // When all hold too much, it is who lags that is cut: not who just happens to come now.
      boolean scarce = house.liveBytes().get() >= ALL_HELD_BYTES_MAX;
      full = held >= (scarce ? SCARCE_BYTES_MAX : HELD_BYTES_MAX);
      if (full) {
        tooSlow = true;
      } else {
        if (queue == null) queue = new ArrayList<>(1);
        queue.add(piece);
        hold(piece.length);
      }
    }
    if (full) cut();
    else pump();
    return !full;
  }

  @Override
  public void end() {
    synchronized (this) {
      if (phase != Phase.OPEN) return;
      phase = Phase.ENDING;
      since = now();
    }
    pump();
  }

  @Override
  public void cut() {
    boolean idle;
    synchronized (this) {
      if (phase == Phase.OVER) return;
      idle = !writing;
      if (idle) finish();
      else phase = Phase.CUT;
    }
    // A write under way fails with the connection, and that ends it.
    carrier.reset();
    if (idle) tellOver(wasCut());
  }

  private static Throwable wasCut() {
    return new Request.Handler.AbortException("the stream was cut");
  }

  /** The client has closed its side. */
  void left() {
    cut();
  }

  /** Called now and then: nobody holds a connection's memory for ever. */
  void sweep(long now) {
    boolean stuck;
    synchronized (this) {
      var patience =
          phase == Phase.ENDING ? house.limits().lingerTime() : house.limits().bodyStillTime();
      stuck = writing && phase != Phase.OVER && now - since >= patience.toNanos();
      if (stuck) tooSlow = true;
    }
    if (stuck) cut();
  }

  // ---- writing

  private void pump() {
    ByteBuffer next;
    boolean last;
    synchronized (this) {
      if (writing || phase == Phase.OVER || phase == Phase.CUT || (queue == null && phase == Phase.OPEN)) return;
      next = take();
      last = phase == Phase.ENDING;
      lastWrite = last;
      writing = true;
      since = now();
    }
    response.write(last, next, this);
  }

  private @Nullable ByteBuffer take() {
    var pieces = queue;
    queue = null;
    if (pieces == null) return null;
    inFlight = 0;
    for (byte[] piece : pieces) inFlight += piece.length;
    if (pieces.size() == 1) return ByteBuffer.wrap(pieces.getFirst());
    var all = ByteBuffer.allocate(inFlight);
    pieces.forEach(all::put);
    return all.flip();
  }

  @Override
  public void succeeded() {
    boolean drained;
    boolean last;
    boolean cut;
    synchronized (this) {
      writing = false;
      bytes += inFlight;
      hold(-inFlight);
      inFlight = 0;
      last = lastWrite;
      cut = phase == Phase.CUT;
      drained = queue == null && phase == Phase.OPEN;
      if (last || cut) finish();
    }
    if (last) {
      tellOver(null);
    } else if (cut) {
      tellOver(wasCut());
    } else {
      if (drained) source.drained();
      pump();
    }
  }

  @Override
  public void failed(Throwable broken) {
    synchronized (this) {
      writing = false;
      if (phase == Phase.OVER) return;
      finish();
    }
    carrier.reset();
    tellOver(broken);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  private void finish() {
    phase = Phase.OVER;
    queue = null;
    hold(-held);
  }

  private void hold(long more) {
    held += more;
    house.liveBytes().addAndGet(more);
  }

  private void tellOver(@Nullable Throwable broken) {
    try {
      source.closed(tooSlow);
    } catch (RuntimeException failure) {
      LOG.error("A live answer's source failed at its end", failure);
    }
    over.accept(this, broken);
  }

  private long now() {
    return house.nanoClock().getAsLong();
  }
}
