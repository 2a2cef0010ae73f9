package dev.raincheck.sqlite;

import dev.raincheck.doctor.Finding;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;

/**
 * Looks at a SQLite file as Raincheck needs it to be, beside a server that runs or without one. It reads only, and
 * asks for at most half a minute. Where no process has the file open and no log lies beside it, not even SQLite's
 * own shared memory is made.
 */
public final class SqliteDoctor {
  private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
  private static final int BUSY_MILLIS = 500;
  private static final int STEPS = 20_000;

  private SqliteDoctor() {}

  /**
   * @param clock of this machine
   * @param nanos a monotonic clock, such as {@code System::nanoTime}
   * @return what was found, in the order in which it was looked at; a file that cannot be read is one problem of the
   *     check {@code reachable}
   */
  public static List<Finding> examine(SqliteConfig config, InstantSource clock, LongSupplier nanos) {
    if (!Files.exists(config.path())) {
      return List.of(
          Finding.warning(
              "reachable", "", "There is no file %s yet.".formatted(config.path()),
              "The first start makes it; if there should be one, `store` names another place."));
    }
    long endsAt = nanos.getAsLong() + NANOS_MAX;
    var files = new FileCheck(config);
    boolean inUse = isInUse(config.beside(".lock"));
    try (var connection = DriverManager.getConnection(url(config, inUse), readOnly())) {
      ProgressHandler.setHandler(
          connection,
          STEPS,
          new ProgressHandler() {
            @Override
            protected int progress() {
              return nanos.getAsLong() - endsAt > 0 ? 1 : 0;
            }
          });
      var check = new ContentCheck(new Statements(connection), config, clock, inUse);
      check.look("file", check::ours);
      files.look(check::add, inUse);
      if (!check.isOurs()) return check.findings();
      check.look("durability", check::pragmas);
      check.look("schema", check::schema);
      check.look("clock", check::clock);
      check.look("nodes", check::process);
      check.look("ready", check::ready);
      check.look("due", check::due);
      check.look("orphans", check::orphans);
      check.look("unreadable", check::unreadable);
      check.look("integrity", check::integrity);
      return check.findings();
    } catch (SQLException e) {
      return List.of(
          Finding.problem(
              "reachable", "", "The file %s cannot be read: %s.".formatted(config.path(), e.getMessage()),
              "See who owns it and whether the disk works; if it is damaged, restore a backup."));
    }
  }

  private static Properties readOnly() {
    var open = new SQLiteConfig();
    open.setReadOnly(true);
    open.setBusyTimeout(BUSY_MILLIS);
    return open.toProperties();
  }

  /** A file that nobody else changes is read as it is; else SQLite's locks and shared memory are needed. */
  private static String url(SqliteConfig config, boolean inUse) {
    var wal = config.beside("-wal");
    boolean still = !inUse && !(Files.exists(wal) && size(wal) > 0);
    return "jdbc:sqlite:file:" + config.path().toUri().getRawPath() + (still ? "?immutable=1" : "");
  }

  /** Whether a server holds the lock beside the file. Asked for no longer than the question takes. */
  static boolean isInUse(Path lock) {
    if (!Files.exists(lock)) return false;
    try (var channel = FileChannel.open(lock, StandardOpenOption.READ);
        var free = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return free == null;
    } catch (OverlappingFileLockException e) {
      return true; // this very process
    } catch (IOException e) {
      return true; // It cannot be told, so nothing is taken for granted.
    }
  }

  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
