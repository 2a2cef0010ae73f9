package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer: running, then perhaps waiting, then sending or streaming, then over. A
 * client that leaves while waiting takes the short way from waiting to over.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** A small body that is here already is read away, so that its connection can be kept. */
  private static final long SKIPPED_BYTES_MAX = 64 << 10;
  /** What is read of a refused body so that its sender, still writing, sees the refusal. */
  private static final long LINGER_BYTES_MAX = 1 << 20;
  /** What listeners are told of a request whose client did not wait for the answer. */
  static final int CLIENT_LEFT = 499;
  private static final String CALLBACKS = "/v1/callbacks/";

  private static final Refusal TOO_MANY =
      Refusal.of(
          ProblemCode.OVERLOADED, "Too many long answers are being sent; repeat the request later.");

  private sealed interface State {
    record Running() implements State {}

    record Waiting(long since, Runnable gone) implements State {}

    record Sending(long since, long bytes) implements State {}

    record Downloading(Pump pump) implements State {}

    record Streaming(long since, LiveAnswer live) implements State {}

    record Lingering(long since) implements State {}

    record Over() implements State {}
  }

  private final House house;
  private final Carrier carrier;
  private final org.eclipse.jetty.server.Request jetty;
  private final org.eclipse.jetty.server.Response response;
  private final Callback callback;
  private final Body body;
  private final Request request;
  private final long began;
  private final AtomicReference<State> state = new AtomicReference<>(new State.Running());
  private volatile boolean left;
  private @Nullable Throwable failure;
  private long lingered;

  Exchange(
      House house,
      Carrier carrier,
      org.eclipse.jetty.server.Request jetty,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    this.house = house;
    this.carrier = carrier;
    this.jetty = jetty;
    this.response = response;
    this.callback = callback;
    this.body = new Body(jetty, carrier.announcesBody(jetty), house);
    this.request = new Request(house.ids().next(), jetty, body);
    this.began = now();
  }

  Request request() {
    return request;
  }

  Body body() {
    return body;
  }

  int begin() {
    carrier.begins(this);
    return house.inFlight().begin();
  }

  void give(Answer answer) {
    switch (answer) {
      case Answer.Now ready -> send(ready);
      case Answer.Later later -> await(later);
      case Answer.Live live -> stream(live);
    }
  }

  Refusal failed(Throwable failure) {
    this.failure = failure;
    return Front.internal(request.id(), failure);
  }

  private void await(Answer.Later later) {
    if (later.answer() instanceof CompletableFuture<?> future && future.isDone()) {
      later.answer().whenComplete((ready, failure) -> send(settled(ready, failure)));
      return;
    }
    house.inFlight().waits();
    state.set(new State.Waiting(now(), later.gone()));
    if (left) clientLeft(); // while the route was still at work
    later.answer().whenComplete((ready, failure) -> onOwnThread(() -> end(ready, failure)));
  }

  private void end(Answer.@Nullable Now ready, @Nullable Throwable failure) {
    if (!leaveWaiting()) return;
    carrier.unwatch();
    send(settled(ready, failure));
  }

  /** A platform thread that completes an answer is one of the engine's few; a virtual one is nobody's. */
  private void onOwnThread(Runnable task) {
    if (Thread.currentThread().isVirtual()) task.run();
    else jetty.getComponents().getExecutor().execute(task);
  }

  private void stream(Answer.Live answer) {
    var out = head(answer.head());
    // A closing answer needs no chunks. Jetty would send the end of each with the next one, and clients that
    // wait for it would see every event late.
    if (carrier.isWholeConnection()) response.getHeaders().put(Outgoing.CLOSE);
    if (isHead()) {
      state.set(new State.Sending(now(), 0));
      var sent =
          Callback.from(
              () -> over(out.status(), null, 0, null),
              broken -> over(out.status(), null, 0, broken));
      writeNothing(sent);
      return;
    }
    body.release();
    carrier.boundSendBuffer();
    house.inFlight().waits();
    var live = new LiveAnswer(house, response, carrier, answer.source(), this::streamed);
    state.set(new State.Streaming(now(), live));
    live.open();
    if (left) live.left();
  }

  private void streamed(LiveAnswer live, @Nullable Throwable broken) {
    carrier.unwatch();
    house.inFlight().runsAgain();
    over(response.getStatus(), null, live.bytes(), broken);
  }

  private boolean leaveWaiting() {
    var before = state.get();
    boolean ours =
        before instanceof State.Waiting && state.compareAndSet(before, new State.Running());
    if (ours) house.inFlight().runsAgain();
    return ours;
  }

  private Answer.Now settled(Answer.@Nullable Now ready, @Nullable Throwable failure) {
    if (ready != null) return ready;
    var cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case RefusedException refused -> refused.refusal();
      case null -> failed(new IllegalStateException("a later answer completed with null"));
      default -> failed(cause);
    };
  }

  private void send(Answer.Now given) {
    var answer = given instanceof Download && !isHead() && !house.inFlight().beginDownload() ? TOO_MANY : given;
    var out = head(answer);
    var fields = response.getHeaders();
    boolean closing = body.unread() && !skipBody() && carrier.closesOnUnreadBody();
    if (closing) fields.put(Outgoing.CLOSE);

    boolean bodiless = out.status() == 204 || out.status() == 304 || isHead();
    if (isHead()) {
      fields.put(HttpHeader.CONTENT_LENGTH, out.length());
    }
    var download = out.download();
    if (download != null && !bodiless) {
      fields.put(HttpHeader.CONTENT_LENGTH, download.length());
      download(out, download, closing);
      return;
    }
    int length = bodiless ? 0 : out.body().length;
    state.set(new State.Sending(now(), length));
    var sent =
        Callback.from(
            () -> sent(out, length, closing),
            broken -> over(out.status(), out.code(), length, broken));
    if (out.status() == 304) {
      writeNothing(sent);
    } else {
      response.write(true, length == 0 ? null : ByteBuffer.wrap(out.body()), sent);
    }
  }

  /** On a thread of its own, and not among the requests that run: it may take as long as its client. */
  private void download(Outgoing out, Download download, boolean closing) {
    house.inFlight().waits();
    var end =
        Callback.from(
            () -> {
              downloaded();
              sent(out, download.length(), closing);
            },
            broken -> {
              long sent = state.get() instanceof State.Downloading(var pump) ? pump.sent() : 0;
              downloaded();
              over(out.status(), out.code(), sent, broken);
            });
    var pump = new Pump(download, response, house.nanoClock(), end);
    state.set(new State.Downloading(pump));
    Thread.ofVirtual().name("download").start(pump);
  }

  private void downloaded() {
    house.inFlight().endDownload();
    house.inFlight().runsAgain();
  }

  /** Sets status and headers. */
  private Outgoing head(Answer.Now answer) {
    var out = Outgoing.of(answer, house.settings().publicBaseUrl(), request.id());
    var fields = response.getHeaders();
    out.head(fields, request.id(), request.findRoute().orElse(null));
    for (var header : quota()) fields.add(header.name(), header.value());
    response.setStatus(out.status());
    return out;
  }

  /** In two steps: in one, Jetty would add Content-Length: 0, and the content is not that short. */
  private void writeNothing(Callback sent) {
    response.write(false, null, Callback.from(() -> response.write(true, null, sent), sent::failed));
  }

  /** An answer leaves even if nobody can say how many more are allowed. */
  private List<Header> quota() {
    try {
      return request.findPrincipal().map(carrier.door().quotaHeaders()::of).orElse(List.of());
    } catch (RuntimeException unknown) {
      LOG.error("No quota headers for request {}", request.id(), unknown);
      return List.of();
    }
  }

  private boolean isHead() {
    return request.method().equals("HEAD");
  }

  /** Reads away what is already here of a small body that nobody wanted. */
  private boolean skipBody() {
    return body.declared() >= 0
        && body.declared() <= SKIPPED_BYTES_MAX
        && jetty.consumeAvailable();
  }

  private void sent(Outgoing out, long length, boolean closing) {
    if (closing) {
      state.set(new State.Lingering(now()));
      linger(out, length);
    } else {
      if (body.unread()) carrier.leaveBody();
      over(out.status(), out.code(), length, null);
    }
  }

  private void linger(Outgoing out, long length) {
    while (true) {
      var chunk = jetty.read();
      if (chunk == null) {
        jetty.demand(() -> linger(out, length));
        return;
      }
      boolean failed = Content.Chunk.isFailure(chunk);
      if (!failed) {
        lingered += chunk.remaining();
        chunk.release();
      }
      if (failed || chunk.isLast() || lingered > LINGER_BYTES_MAX) {
        over(out.status(), out.code(), length, null);
        return;
      }
    }
  }

  private void over(
      int status, @Nullable String code, long bodyBytes, @Nullable Throwable broken) {
    if (state.getAndSet(new State.Over()) instanceof State.Over) return;
    carrier.ends(this);
    body.release();
    // Taken before the request is handed back to Jetty, which recycles it.
    var finished =
        new RequestListener.Finished(
            request.id(),
            jetty.getHeaders().get(HeaderNames.REQUEST_ID),
            request.method(),
            request.findRoute().map(Route::template).orElse(null),
            loggedPath(),
            status,
            code,
            Duration.ofNanos(now() - began),
            bodyBytes,
            request.findPrincipal().orElse(null),
            request.remoteAddress(),
            failure);
    if (broken == null) {
      callback.succeeded();
    } else {
      callback.failed(broken);
    }
    try {
      house.listener().finished(finished);
    } catch (RuntimeException unheard) {
      LOG.error("The listener failed on request {}", request.id(), unheard);
    } finally {
      house.inFlight().end();
    }
  }

  /** A path that holds a credential is not for logs: neither found by its route nor by accident. */
  private String loggedPath() {
    boolean secret =
        request.findRoute().filter(route -> route.template().contains("{token}")).isPresent()
            || request.path().startsWith(CALLBACKS);
    return secret ? CALLBACKS + "***" : request.path();
  }

  /** The connection is gone while this waits: whatever waits is freed, and nothing is sent. */
  void clientLeft() {
    left = true; // Before the state is read: who sets it looks here afterwards.
    if (state.get() instanceof State.Streaming(long _, LiveAnswer live)) {
      live.left();
      return;
    }
    if (!(state.get() instanceof State.Waiting(long _, Runnable gone)) || !leaveWaiting()) return;
    try {
      gone.run();
    } catch (RuntimeException failure) {
      this.failure = failure;
    } finally {
      carrier.cut();
      over(
          CLIENT_LEFT,
          null,
          0,
          new org.eclipse.jetty.server.Request.Handler.AbortException("the client left"));
    }
  }

  /** Called now and then by the sweep. */
  void sweep(long now) {
    var limits = house.limits();
    switch (state.get()) {
      case State.Waiting(long since, Runnable _) -> {
        if (now - since >= limits.goneAfter().toNanos()) carrier.watch(this);
      }
      case State.Streaming(long since, LiveAnswer live) -> {
        if (now - since >= limits.goneAfter().toNanos()) carrier.watch(this);
        live.sweep(now);
      }
      case State.Sending(long since, long bytes) -> {
        // The same patience for a reader as for a sender: nobody holds an answer's memory for ever.
        var pace = new BodyPace(limits.bodyStillTime(), limits.bodyBytesPerSecondMin());
        if (pace.patience(since, now, bytes, now) <= 0) carrier.cut();
      }
      case State.Downloading(var pump) -> {
        if (pump.tooSlow(limits, now)) carrier.cut();
      }
      case State.Lingering(long since) -> {
        if (now - since >= limits.lingerTime().toNanos()) carrier.cut();
      }
      case State.Running _, State.Over _ -> {}
    }
  }

  /** Whether nothing is expected of the client but that it stays. */
  boolean isWaiting() {
    var current = state.get();
    return current instanceof State.Waiting || current instanceof State.Streaming;
  }

  boolean isSending() {
    return state.get() instanceof State.Sending;
  }

  private long now() {
    return house.nanoClock().getAsLong();
  }
}
