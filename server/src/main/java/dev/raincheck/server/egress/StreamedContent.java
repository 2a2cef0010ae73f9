package dev.raincheck.server.egress;

import java.io.IOException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.client.OutputStreamRequestContent;

/** A long body on its way out, read no faster than the other side takes it. */
final class StreamedContent extends OutputStreamRequestContent {
  private final EgressRequest.Streamed body;

  StreamedContent(EgressRequest.Streamed body) {
    super(body.mediaType().orElse(null));
    this.body = body;
  }

  /** Known, so that the body goes with its length and not in chunks. */
  @Override
  public long getLength() {
    return body.length();
  }

  /** Begins to feed it, on a thread that may block. */
  void feedOn(Executor threads) {
    threads.execute(this::feed);
  }

  private void feed() {
    try (var in = body.source().open();
        var out = getOutputStream()) {
      in.transferTo(out);
    } catch (IOException | RuntimeException broken) {
      fail(broken);
    }
  }
}
