package dev.raincheck.sqlite.blob;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A directory of this machine. Symbolic links in it are refused: nothing of ours makes any. */
final class LocalDisk implements Disk {
  private final Path root;

  private LocalDisk(Path root) {
    this.root = root;
  }

  /** Opens the directory, or makes it with these directories in it. */
  static LocalDisk at(Path path, List<String> directories) throws IOException {
    Files.createDirectories(path);
    var disk = new LocalDisk(path.toRealPath());
    boolean made = false;
    for (var name : directories) {
      var directory = disk.root.resolve(name);
      if (!Files.exists(directory, NOFOLLOW_LINKS)) {
        Files.createDirectory(directory);
        made = true;
      }
      disk.directory(name);
    }
    if (!made) return disk;
    syncDirectory(disk.root);
    var parent = disk.root.getParent();
    if (parent != null) syncDirectory(parent);
    return disk;
  }

  private Path directory(String name) throws IOException {
    var directory = root.resolve(name);
    if (Files.isDirectory(directory, NOFOLLOW_LINKS)) return directory;
    throw new FileSystemLoopException(directory + " is not a directory of the blob store");
  }

  private Path file(String directory, String name) throws IOException {
    return directory(directory).resolve(name);
  }

  @Override
  public Written create(String directory, String name) throws IOException {
    var channel = FileChannel.open(file(directory, name), CREATE_NEW, WRITE);
    return new Written() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        var left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) channel.write(left);
      }

      @Override
      public void sync() throws IOException {
        channel.force(true);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public void move(String from, String to, String name) throws IOException {
    Files.move(file(from, name), file(to, name), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void sync(String directory) throws IOException {
    syncDirectory(directory(directory));
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(String directory, String name) throws IOException {
    Files.deleteIfExists(file(directory, name));
  }

  @Override
  public Optional<InputStream> open(String directory, String name, long offset) throws IOException {
    var file = file(directory, name);
    // O_NOFOLLOW: a link in the place of a file is an error, not another file.
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) return Optional.empty();
    try {
      var channel = FileChannel.open(file, Set.of(READ, NOFOLLOW_LINKS));
      channel.position(offset);
      return Optional.of(Channels.newInputStream(channel));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    var entries = new ArrayList<Entry>();
    try (var files = Files.newDirectoryStream(directory(directory))) {
      for (var file : files) {
        try {
          var attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
          if (!attributes.isRegularFile()) continue;
          entries.add(new Entry(file.getFileName().toString(), attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException gone) {
          // Removed while we looked.
        }
      }
    }
    return entries;
  }

  @Override
  public long room() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }
}
