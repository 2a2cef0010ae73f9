package dev.raincheck.sqlite.blob;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The few things that are asked of a file system, under one root. What was written reaches the disk with
 * {@link Written#sync}, and a name with {@link #sync} of its directory; before that a power cut may take
 * either. Tests put a forgetful one here.
 */
interface Disk {
  /** Makes a file that must not exist. */
  Written create(String directory, String name) throws IOException;

  /** Gives a file another place; there must be none. */
  void move(String from, String to, String name) throws IOException;

  /** Makes the names of a directory durable. */
  void sync(String directory) throws IOException;

  /** Removes a file; does nothing if there is none. */
  void delete(String directory, String name) throws IOException;

  /** Reads a file from an offset on; empty if there is none, or if it is no plain file. */
  Optional<InputStream> open(String directory, String name, long offset) throws IOException;

  /** The plain files of a directory. */
  List<Entry> list(String directory) throws IOException;

  /** Bytes that can still be written. */
  long room() throws IOException;

  /** A file in the making. */
  interface Written extends Closeable {
    void write(byte[] bytes, int offset, int length) throws IOException;

    void sync() throws IOException;
  }

  record Entry(String name, Instant writtenAt) {}
}
