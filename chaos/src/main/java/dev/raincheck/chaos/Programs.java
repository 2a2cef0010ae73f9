package dev.raincheck.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's own programs.
 *
 * @param bin the folder that holds {@code postgres} and {@code initdb}
 */
record Programs(Path bin) {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  /** Whether there are some for this system. */
  static boolean areHere() {
    return System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64");
  }

  /** Unpacks those of the Maven artifact that the store's tests use, too. */
  static Programs unpack(Path into) throws IOException {
    var resource = Programs.class.getResourceAsStream(ARCHIVE);
    if (resource == null) throw new IOException("there are no programs of PostgreSQL for this system");
    try (var tar = new TarArchiveInputStream(new XZInputStream(resource))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) unpack(tar, entry, into);
    }
    return new Programs(into.resolve("bin"));
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path into) throws IOException {
    var path = into.resolve(entry.getName()).normalize();
    if (!path.startsWith(into)) throw new IOException(entry.getName() + " is outside of its archive");
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, path);
      boolean runs = (entry.getMode() & 0100) != 0;
      if (runs) Files.setPosixFilePermissions(path, EnumSet.allOf(PosixFilePermission.class));
    }
  }

  /** A command line; PostgreSQL does not run as root, so for root it runs in a user namespace. */
  List<String> command(String program, String... arguments) {
    var line = new ArrayList<String>();
    if (System.getProperty("user.name").equals("root")) line.addAll(List.of("unshare", "-U"));
    line.add(bin.resolve(program).toString());
    line.addAll(List.of(arguments));
    return line;
  }
}
