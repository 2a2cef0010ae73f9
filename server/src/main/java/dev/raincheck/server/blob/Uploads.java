package dev.raincheck.server.blob;

import dev.raincheck.blob.Blobs;
import dev.raincheck.blob.NoRoomException;
import dev.raincheck.operation.Input;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes long bodies into the blob store. */
public final class Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

  private Uploads() {}

  /**
   * The whole of a body, durable; to be handed to an operation or discarded. What breaks off, is too long
   * or finds no room leaves nothing.
   *
   * @param memoryMax what turns out to be no longer stays in memory
   * @throws RefusedException 503 if it cannot be stored, and whatever reading the body throws
   */
  public static Input take(Blobs blobs, int tenant, InputStream body, String mediaType, int memoryMax) {
    try (var spool = blobs.spool(tenant, memoryMax)) {
      body.transferTo(spool);
      return Input.of(spool.finish(mediaType), blobs);
    } catch (NoRoomException full) {
      LOG.warn("a body was refused: {}", full.getMessage());
      throw new RefusedException(
          ProblemCode.OVERLOADED, "There is no room for a body this long; repeat the request later.");
    } catch (IOException e) {
      LOG.error("a body could not be stored", e);
      throw new RefusedException(
          ProblemCode.UNAVAILABLE, "The body could not be stored; repeat the request later.");
    }
  }
}
