package dev.raincheck.server.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes {@code req_} ids: a counter scrambled twice over 128 random bits, so they never repeat in a
 * process, do not tell how many there were, and need no lock around the dice.
 */
final class RequestIds {
  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  /** 2^64 / φ: the odd step with which SplitMix64 walks through all states. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final long high;
  private final long low;
  private final AtomicLong count = new AtomicLong();

  RequestIds(RandomGenerator dice) {
    this.high = dice.nextLong();
    this.low = dice.nextLong();
  }

  String next() {
    long n = count.incrementAndGet() * STEP;
    var id = new char[4 + 24];
    "req_".getChars(0, 4, id, 0);
    write(mix(high + n), id, 4);
    write(mix(low ^ n), id, 16);
    return new String(id);
  }

  /** 60 bits as twelve characters of Crockford's alphabet. */
  private static void write(long bits, char[] into, int at) {
    for (int i = 0; i < 12; i++) {
      into[at + i] = ALPHABET[(int) (bits >>> (5 * i)) & 31];
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
