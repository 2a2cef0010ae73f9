package dev.raincheck.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space kept back in a file of nothing. When the disk is full it is given up, so that work under
 * way can still record its end; until it is back, no new work is taken.
 */
final class Reserve {
  private static final Logger log = LoggerFactory.getLogger(Reserve.class);
  private static final int PIECE = 1 << 20;

  private final Path path;
  private final long bytes;
  private boolean held;

  private Reserve(Path path, long bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  static Reserve at(SqliteConfig config) {
    var reserve = new Reserve(config.beside(".reserve"), config.reserveBytes());
    reserve.restore();
    return reserve;
  }

  boolean held() {
    return held;
  }

  /** Gives the space up. */
  void release() {
    held = false;
    try {
      if (Files.deleteIfExists(path))
        log.error("the disk is full: gave up the reserve {}; no new work is taken", path);
    } catch (IOException e) {
      log.error("the disk is full, and the reserve {} cannot be given up", path, e);
    }
  }

  /** Takes the space again if there is twice as much; says whether it is held. */
  boolean restore() {
    if (held) return true;
    try {
      if (bytes == 0 || (Files.exists(path) && Files.size(path) == bytes)) {
        held = true;
      } else if (Files.getFileStore(path.toAbsolutePath().getParent()).getUsableSpace()
          > 2 * bytes) {
        write();
        held = true;
      }
    } catch (IOException e) {
      log.warn("cannot keep a reserve of {} bytes in {}: {}", bytes, path, e.getMessage());
    }
    return held;
  }

  private void write() throws IOException {
    try (var file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var zeros = ByteBuffer.allocate(PIECE);
      long left = bytes;
      while (left > 0) {
        zeros.clear().limit((int) Math.min(PIECE, left));
        left -= file.write(zeros);
      }
    }
  }
}
