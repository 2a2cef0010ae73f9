package dev.raincheck.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that stay the same over restarts. */
final class Ports {
  private static final int FIRST = 20_000;

  /** From here on are ports that the system gives to those who do not ask for one. */
  private static final int END = 32_768;

  private static final int TRIES_MAX = 1_000;

  private Ports() {}

  static int free() throws IOException {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (var socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // Another one.
      }
    }
    throw new IOException("there is no free port");
  }
}
