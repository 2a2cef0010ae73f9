package dev.raincheck.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;

/**
 * The right to be the only process at a database file: a lock on a file beside it. The database
 * itself is never opened by Java, because closing it would drop SQLite's own locks.
 */
final class SoleProcess implements AutoCloseable {
  /** Their locks and shared memory are not what a write-ahead log needs. */
  private static final Set<String> NETWORK =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "ncpfs",
          "afs",
          "9p",
          "fuse.sshfs",
          "glusterfs");

  private static final int PID_BYTES_MAX = 20;

  private final FileChannel channel;

  private SoleProcess(FileChannel channel) {
    this.channel = channel;
  }

  static SoleProcess at(SqliteConfig config) {
    var lock = config.beside(".lock");
    try {
      var directory = config.path().toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
        requireLocal(Files.getFileStore(directory).type(), config.path());
      }
      var channel =
          FileChannel.open(
              lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        var holder = holder(channel);
        channel.close();
        throw new StoreException(
            config.path()
                + " is in use by process "
                + holder
                + ". Stop it, or give this one another file.");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)), 0);
      return new SoleProcess(channel);
    } catch (IOException e) {
      throw new StoreException("cannot lock " + lock + ": " + e.getMessage(), e);
    }
  }

  static void requireLocal(String fileSystem, Path path) {
    if (isNetwork(fileSystem)) {
      throw new StoreException(
          path
              + " is on a network file system ("
              + fileSystem
              + "), where SQLite loses data. Use a local disk.");
    }
  }

  static boolean isNetwork(String fileSystem) {
    return NETWORK.contains(fileSystem.toLowerCase(Locale.ROOT));
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var pid = ByteBuffer.allocate(PID_BYTES_MAX);
    channel.read(pid, 0);
    var text = new String(pid.array(), 0, pid.position(), UTF_8);
    return text.isEmpty() ? "(unknown)" : text;
  }

  /** The file stays: removing it would let two processes lock two files of one name. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
