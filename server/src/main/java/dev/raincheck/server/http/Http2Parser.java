package dev.raincheck.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http2.Flags;
import org.eclipse.jetty.http2.frames.FrameType;
import org.eclipse.jetty.http2.parser.ServerParser;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RateControl;

/** Jetty's parser, which also tells whether it is in the midst of a request's header. */
final class Http2Parser extends ServerParser {
  private volatile long headersBegun;
  private volatile boolean inHeader;

  Http2Parser(ByteBufferPool buffers, int headerBytesMax, RateControl rateControl) {
    super(buffers, headerBytesMax, rateControl);
  }

  boolean inHeader() {
    return inHeader;
  }

  /** How many headers there were, to tell one from the next. */
  long headersBegun() {
    return headersBegun;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread parses at a time
  protected boolean parseHeader(ByteBuffer buffer) {
    boolean whole = super.parseHeader(buffer);
    if (whole && getFrameType() == FrameType.HEADERS.getType()) {
      headersBegun++;
      inHeader = true;
    }
    return whole;
  }

  @Override
  protected boolean parseBody(ByteBuffer buffer) {
    int type = getFrameType();
    boolean ofHeader =
        type == FrameType.HEADERS.getType() || type == FrameType.CONTINUATION.getType();
    boolean last = ofHeader && hasFlag(Flags.END_HEADERS);
    boolean whole = super.parseBody(buffer);
    if (whole && last) inHeader = false;
    return whole;
  }
}
