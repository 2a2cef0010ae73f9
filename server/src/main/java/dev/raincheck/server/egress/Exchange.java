package dev.raincheck.server.egress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call, from the first byte to the last. Jetty calls a listener of one request from one thread
 * at a time; what the disk takes is written on another one, so both hold the lock.
 */
final class Exchange implements EgressCall, Response.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final EgressRequest asked;
  private final Function<Way, Request> requests;
  private final ByteBudget budget;
  private final Runnable ended;
  private final Executor followers;
  private final CompletableFuture<EgressAnswer> answer = new CompletableFuture<>();
  private final AtomicBoolean canceled = new AtomicBoolean();

  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  /** Guarded by this: the request under way. */
  private @Nullable Request request;

  private int taken;
  private int status;
  private Map<String, String> headers = Map.of();
  private @Nullable OutputStream overflow;
  private long overflowed;
  private boolean over;
  private boolean begun;
  private boolean repeated;
  private boolean whole;

  /** What we decided before the answer was whole; the abort that follows is only its execution. */
  private @Nullable EgressAnswer decided;

  /** Which connection a request may take. */
  enum Way {
    /** One that is kept, if there is one. */
    ANY_CONNECTION,
    /** One of its own, closed afterwards. */
    OWN_CONNECTION
  }

  /** @param requests makes the request; called again if it is to be repeated */
  Exchange(
      EgressRequest asked,
      Function<Way, Request> requests,
      ByteBudget budget,
      Runnable ended,
      Executor followers) {
    this.asked = asked;
    this.requests = requests;
    this.budget = budget;
    this.ended = ended;
    this.followers = followers;
  }

  @Override
  public CompletionStage<EgressAnswer> answer() {
    return answer.minimalCompletionStage();
  }

  void start() {
    send(asked.once() ? Way.OWN_CONNECTION : Way.ANY_CONNECTION);
  }

  private synchronized void send(Way way) {
    request = requests.apply(way).onResponseListener(this);
    if (request.getBody() instanceof StreamedContent body) body.feedOn(followers);
    request.send(null);
  }

  @Override
  public synchronized void cancel() {
    canceled.set(true);
    if (request != null) request.abort(new Stop());
  }

  @Override
  public void onBegin(Response response) {
    begun = true;
  }

  @Override
  public void onHeaders(Response response) {
    status = response.getStatus();
    headers = read(response);
    if (status < 200 || status > 599) stop(response, EgressFault.INVALID_HTTP);
    else if (isEncoded()) stop(response, EgressFault.CONTENT_ENCODING);
  }

  /** An excerpt may be garbled; a result may not. */
  private boolean isEncoded() {
    String encoding = headers.getOrDefault("content-encoding", "identity");
    return EgressRequest.hasResult(status) && !encoding.equalsIgnoreCase("identity");
  }

  /** As Jetty does it, but what goes to the disk goes there on a thread that may block. */
  @Override
  public void onContentSource(Response response, Content.Source source) {
    var chunk = source.read();
    if (chunk == null) {
      source.demand(() -> onContentSource(response, source));
    } else if (Content.Chunk.isFailure(chunk)) {
      response.abort(chunk.getFailure());
    } else if (chunk.isLast() && !chunk.hasRemaining()) {
      chunk.release();
    } else if (overflows(chunk.remaining())) {
      try {
        followers.execute(() -> next(response, source, chunk));
      } catch (RejectedExecutionException closing) {
        chunk.release();
        response.abort(closing);
      }
    } else {
      next(response, source, chunk);
    }
  }

  private void next(Response response, Content.Source source, Content.Chunk chunk) {
    try {
      onContent(response, chunk.getByteBuffer());
    } catch (RuntimeException failure) {
      response.abort(failure);
    } finally {
      chunk.release();
    }
    source.demand(() -> onContentSource(response, source));
  }

  private synchronized boolean overflows(int more) {
    return overflow != null
        || asked.overflow().isPresent()
            && EgressRequest.hasResult(status)
            && body.size() + more > asked.overflow().get().memoryMax();
  }

  @Override
  public synchronized void onContent(Response response, ByteBuffer bytes) {
    if (decided != null || over) return;
    long max = EgressRequest.hasResult(status) ? asked.wholeMax() : asked.excerptMax();
    if (overflows(bytes.remaining())) {
      overflow(response, bytes, max);
      return;
    }
    int room = (int) Math.min(max - body.size(), Integer.MAX_VALUE);
    int length = Math.min(room, bytes.remaining());
    if (!budget.take(length)) {
      stop(response, EgressFault.BUSY);
      return;
    }
    taken += length;
    byte[] copy = new byte[length];
    boolean more = bytes.remaining() > length;
    bytes.get(copy);
    body.writeBytes(copy);
    if (more) {
      decided = new EgressAnswer.Answered(status, headers, body.toByteArray(), true);
      response.abort(new Stop());
    }
  }

  private void overflow(Response response, ByteBuffer bytes, long max) {
    if (overflowed + body.size() + bytes.remaining() > max) {
      decided = new EgressAnswer.Answered(status, headers, new byte[0], true);
      response.abort(new Stop());
      return;
    }
    try {
      var out = overflow;
      if (out == null) {
        overflow = out = asked.overflow().orElseThrow().place().open();
        body.writeTo(out);
        overflowed = body.size();
        body.reset();
        budget.give(taken);
        taken = 0;
      }
      var copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.write(copy);
      overflowed += copy.length;
    } catch (IOException failure) {
      LOG.warn("a long answer could not be kept: {}", failure.getMessage());
      stop(response, EgressFault.STORAGE);
    }
  }

  private void stop(Response response, EgressFault fault) {
    decided = new EgressAnswer.Failed(fault);
    response.abort(new Stop());
  }

  @Override
  public void onSuccess(Response response) {
    whole = true;
  }

  @Override
  public void onComplete(Result result) {
    if (result.getRequest().getBody() instanceof StreamedContent sent) sent.fail(new Stop());
    EgressAnswer outcome = complete(result);
    if (outcome == null) return;
    ended.run();
    try {
      answer.completeAsync(() -> outcome, followers);
    } catch (RejectedExecutionException closing) {
      answer.complete(outcome);
    }
  }

  /** How it ended; null if it is tried again. */
  private synchronized @Nullable EgressAnswer complete(Result result) {
    var outcome = outcome(result);
    if (isStale(outcome, result) && repeat()) return null;
    over = true;
    budget.give(taken);
    boolean wanted = outcome instanceof EgressAnswer.Answered answered && answered.overflowed();
    var unwanted = wanted ? null : overflow;
    if (unwanted == null) return outcome;
    try {
      unwanted.close();
    } catch (IOException failure) {
      LOG.warn("what was kept of an answer could not be removed", failure);
    }
    return outcome;
  }

  /**
   * The other side may close a kept connection just when we take it (RFC 9112, 9.3.1). That says
   * nothing about the other side, so it is no answer to give.
   */
  private boolean isStale(EgressAnswer outcome, Result result) {
    return !asked.once()
        && !begun
        && outcome instanceof EgressAnswer.Failed(EgressFault fault)
        && (fault == EgressFault.CONNECTION_CLOSED || fault == EgressFault.CONNECTION_RESET)
        && result.getRequest().getConnection() instanceof Connection used
        && used.getMessagesIn() > 0;
  }

  private boolean repeat() {
    if (repeated || canceled.get()) return false;
    repeated = true;
    send(Way.OWN_CONNECTION);
    return true;
  }

  private EgressAnswer outcome(Result result) {
    if (decided != null) return decided;
    // A server may refuse early and close while we still send: what it said counts.
    if (whole) {
      return new EgressAnswer.Answered(
          status, headers, body.toByteArray(), false, overflow != null);
    }
    if (canceled.get()) return new EgressAnswer.Canceled();
    // With a status line here, what cannot be explained otherwise is the parser's complaint.
    EgressFault otherwise = begun ? EgressFault.INVALID_HTTP : EgressFault.CONNECTION_FAILED;
    return FaultOf.exception(result.getFailure(), otherwise);
  }

  private static Map<String, String> read(Response response) {
    var headers = new HashMap<String, String>();
    for (HttpField field : response.getHeaders()) {
      String value = field.getValue() == null ? "" : field.getValue();
      headers.merge(field.getName().toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b);
    }
    return headers;
  }

  /** Closes the connection on purpose; without a stack, since nobody reads it. */
  private static final class Stop extends Exception {
    Stop() {
      super("closed by us", null, false, false);
    }
  }
}
