package dev.raincheck.server.serve;

import java.util.ArrayDeque;

/** What a start has opened so far, closed in the reverse order when it fails half way. */
final class Opened {
  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T one) {
    opened.push(one);
    return one;
  }

  void close(Exception reason) {
    for (var one : opened) {
      try {
        one.close();
      } catch (Exception e) {
        reason.addSuppressed(e);
      }
    }
  }
}
