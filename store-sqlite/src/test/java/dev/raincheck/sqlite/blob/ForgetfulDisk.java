package dev.raincheck.sqlite.blob;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A disk that keeps nothing but what it was told to: a power cut takes the bytes of every file that were
 * not synced, and every name, new or removed, whose directory was not. The process may die at any step.
 */
final class ForgetfulDisk implements Disk {
  static final class PowerCut extends RuntimeException {
    PowerCut(int step) {
      super("the power fails before step " + step);
    }
  }

  private static final class Content {
    private byte[] bytes = {};
    private byte[] synced = {};
    private Instant writtenAt;

    Content(Instant writtenAt) {
      this.writtenAt = writtenAt;
    }
  }

  private final InstantSource clock;
  private final Map<String, TreeMap<String, Content>> names = new HashMap<>();
  private final Map<String, TreeMap<String, Content>> durable = new HashMap<>();
  private int steps;
  private int cutAt = Integer.MAX_VALUE;
  private boolean without;

  ForgetfulDisk(InstantSource clock) {
    this.clock = clock;
  }

  /** The power fails before the n-th step from the first one of all on. */
  void cutAt(int step) {
    cutAt = step;
  }

  int steps() {
    return steps;
  }

  /** What a start finds after the power cut. */
  void start() {
    cutAt = Integer.MAX_VALUE;
    names.clear();
    durable.forEach((directory, files) -> names.put(directory, new TreeMap<>(files)));
    names.values().forEach(files -> files.values().forEach(content -> content.bytes = content.synced));
  }

  private void step() {
    if (++steps >= cutAt) throw new PowerCut(cutAt);
  }

  private TreeMap<String, Content> files(String directory) {
    return names.computeIfAbsent(directory, _ -> new TreeMap<>());
  }

  @Override
  public Written create(String directory, String name) throws IOException {
    step();
    var content = new Content(clock.instant());
    if (files(directory).putIfAbsent(name, content) != null) throw new FileAlreadyExistsException(name);
    return new Written() {
      @Override
      public void write(byte[] bytes, int offset, int length) {
        step();
        var all = new ByteArrayOutputStream();
        all.writeBytes(content.bytes);
        all.write(bytes, offset, length);
        content.bytes = all.toByteArray();
        content.writtenAt = clock.instant();
      }

      @Override
      public void sync() {
        step();
        content.synced = content.bytes;
      }

      @Override
      public void close() {
        step();
      }
    };
  }

  @Override
  public void move(String from, String to, String name) throws IOException {
    step();
    var content = files(from).remove(name);
    if (content == null) throw new NoSuchFileException(name);
    if (files(to).putIfAbsent(name, content) != null) throw new FileAlreadyExistsException(name);
  }

  @Override
  public void sync(String directory) {
    step();
    durable.put(directory, new TreeMap<>(files(directory)));
  }

  @Override
  public void delete(String directory, String name) {
    step();
    files(directory).remove(name);
  }

  @Override
  public Optional<InputStream> open(String directory, String name, long offset) {
    step();
    return Optional.ofNullable(files(directory).get(name))
        .map(
            content -> {
              int from = (int) Math.min(offset, content.bytes.length);
              return new ByteArrayInputStream(content.bytes, from, content.bytes.length - from);
            });
  }

  @Override
  public List<Entry> list(String directory) {
    step();
    var entries = new ArrayList<Entry>();
    files(directory).forEach((name, content) -> entries.add(new Entry(name, content.writtenAt)));
    return entries;
  }

  @Override
  public long room() {
    step();
    return without ? 0 : Long.MAX_VALUE;
  }

  /** From now on there is no room. */
  void fill() {
    without = true;
  }
}
