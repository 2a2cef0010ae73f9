package dev.raincheck.chaos;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;

/**
 * A base backup of a running server, as {@code pg_basebackup} makes it, which the Maven artifact lacks: the
 * server is told, its files are copied while they change, and the log that mends the copy is copied last.
 */
final class Copy {
  private static final String WAL = "pg_wal";

  private Copy() {}

  static void of(Postgres primary, Path into) throws IOException, SQLException {
    try (var connection = primary.connect();
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('copy', true)");
      tree(primary.folder(), into, true);
      try (var label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        label.next();
        Files.writeString(into.resolve("backup_label"), label.getString(1));
      }
      tree(primary.folder().resolve(WAL), into.resolve(WAL), false);
    }
  }

  private static void tree(Path from, Path into, boolean withoutWal) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes of) throws IOException {
            var copy = into.resolve(from.relativize(folder).toString());
            if (!Files.exists(copy)) Files.createDirectory(copy);
            Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(folder));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
            var name = from.relativize(file).toString();
            if (name.startsWith("postmaster.") || withoutWal && name.startsWith(WAL + "/")) {
              return FileVisitResult.CONTINUE;
            }
            try {
              Files.copy(file, into.resolve(name));
            } catch (NoSuchFileException gone) {
              // Files come and go; what matters is in the log.
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // It went between its name and its look.
          }
        });
  }
}
