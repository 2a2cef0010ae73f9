package dev.raincheck.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.doctor.Amounts;
import dev.raincheck.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;

/** The files of a store and the disk that they are on. */
final class FileCheck {
  /** The writer moves the log into the file at {@link SqliteConfig#checkpointBytes}; a reader may delay that a little. */
  private static final int WAL_TIMES = 4;

  private static final int PID_BYTES_MAX = 20;

  private final SqliteConfig config;

  FileCheck(SqliteConfig config) {
    this.config = config;
  }

  void look(Consumer<Finding> out, boolean inUse) {
    out.accept(holder(inUse));
    long bytes = SqliteDoctor.size(config.path());
    out.accept(Finding.ok("size", Amounts.bytes(bytes), "The file takes %s.".formatted(Amounts.bytes(bytes))));
    out.accept(wal(inUse));
    try {
      out.accept(disk(inUse));
    } catch (IOException e) {
      out.accept(
          Finding.warning("disk", "", "The room on the disk was not looked at: %s.".formatted(e.getMessage()), "Look at it with df."));
    }
  }

  private Finding holder(boolean inUse) {
    if (!inUse) return Finding.ok("holder", "none", "No server has the file open.");
    return Finding.ok("holder", "process " + pid(), "The server that has the file open is process %s.".formatted(pid()));
  }

  private String pid() {
    try (var in = Files.newInputStream(config.beside(".lock"))) {
      var text = new String(in.readNBytes(PID_BYTES_MAX), UTF_8);
      return text.matches("\\d+") ? text : "(unknown)";
    } catch (IOException e) {
      return "(unknown)";
    }
  }

  private Finding wal(boolean inUse) {
    long bytes = SqliteDoctor.size(config.beside("-wal"));
    var figure = Amounts.bytes(bytes);
    if (bytes > WAL_TIMES * config.checkpointBytes()) {
      return Finding.warning(
          "wal", figure, "The write-ahead log is %s long: somebody reads without an end, so it cannot be moved into the file.".formatted(figure),
          inUse ? "Close other programs that have the file open (sqlite3, backups); a restart also shortens it." : "The next start shortens it.");
    }
    if (!inUse && bytes > 0) {
      return Finding.ok("wal", figure, "The last server did not close the file; the next start recovers %s of log.".formatted(figure));
    }
    return Finding.ok("wal", figure, "The write-ahead log is %s long.".formatted(figure));
  }

  private Finding disk(boolean inUse) throws IOException {
    var directory = config.path().toAbsolutePath().getParent();
    var disk = Files.getFileStore(directory == null ? config.path().toAbsolutePath() : directory);
    if (SoleProcess.isNetwork(disk.type())) {
      return Finding.problem(
          "disk", disk.type(), "The file is on a network file system (%s), where SQLite loses data.".formatted(disk.type()),
          "Move it to a local disk.");
    }
    long free = disk.getUsableSpace();
    var figure = Amounts.bytes(free) + " free";
    long needed = 2 * config.reserveBytes();
    boolean reserveGivenUp = inUse && config.reserveBytes() > 0 && !Files.exists(config.beside(".reserve"));
    if (reserveGivenUp || free < config.reserveBytes()) {
      return Finding.problem(
          "disk", figure, "The disk is full (%s): new work is refused, and what runs records its end in the reserve.".formatted(figure),
          "Make room; new work is taken again once %s are free.".formatted(Amounts.bytes(needed)));
    }
    if (free < Math.max(needed, SqliteDoctor.size(config.path()) / 10)) {
      return Finding.warning("disk", figure, "The disk is nearly full: %s.".formatted(figure), "Make room, or shorten retention.");
    }
    return Finding.ok("disk", figure, "The disk has %s.".formatted(figure));
  }
}
