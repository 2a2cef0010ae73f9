package dev.raincheck.server.egress;

import java.io.ByteArrayOutputStream;
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
import org.jspecify.annotations.Nullable;

/**
 * One call, from the first byte to the last. Jetty calls a listener of one request from one thread
 * at a time, so what is read needs no lock; only {@link #cancel} comes from elsewhere.
 */
final class Exchange implements EgressCall, Response.Listener {
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

  @Override
  public void onContent(Response response, ByteBuffer bytes) {
    if (decided != null) return;
    int max = EgressRequest.hasResult(status) ? asked.wholeMax() : asked.excerptMax();
    int room = max - body.size();
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
    EgressAnswer outcome = outcome(result);
    if (isStale(outcome, result) && repeat()) return;
    budget.give(taken);
    ended.run();
    try {
      answer.completeAsync(() -> outcome, followers);
    } catch (RejectedExecutionException closing) {
      answer.complete(outcome);
    }
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

  private synchronized boolean repeat() {
    if (repeated || canceled.get()) return false;
    repeated = true;
    send(Way.OWN_CONNECTION);
    return true;
  }

  private EgressAnswer outcome(Result result) {
    if (decided != null) return decided;
    // A server may refuse early and close while we still send: what it said counts.
    if (whole) return new EgressAnswer.Answered(status, headers, body.toByteArray(), false);
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
