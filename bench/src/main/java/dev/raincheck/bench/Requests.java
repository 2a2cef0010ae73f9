package dev.raincheck.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Makes the bytes of one request after the other. Used by one thread. */
interface Requests {
  /** @param intended when it is meant to start, by {@link System#nanoTime} */
  ByteBuffer next(long intended);

  /**
   * A submit of about 150 bytes of JSON, each with a key of its own.
   *
   * @param path such as {@code /v1/operations/bench}
   * @param headers more of them, each with its line end
   */
  static Requests submits(String path, String headers, long seed) {
    var body =
        "{\"customer\":\"c-0001234567\",\"from\":\"2026-01-01\",\"to\":\"2026-02-01\",\"format\":\"pdf\","
            + "\"pages\":[1,2,3,5,8,13],\"note\":\"as agreed on the phone\",\"copy\":true}";
    var head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%sIdempotency-Key: "
            .formatted(path, body.length(), headers);
    var before = head.getBytes(ISO_8859_1);
    var after = ("\r\n\r\n" + body).getBytes(ISO_8859_1);
    var chance = new SplittableRandom(seed);
    return _ -> {
      var buffer = ByteBuffer.allocate(before.length + 32 + after.length);
      buffer.put(before);
      hex(buffer, chance.nextLong());
      hex(buffer, chance.nextLong());
      return buffer.put(after).flip();
    };
  }

  /** Submits whose input is the moment at which they were meant to start. */
  static Requests stamped(String path) {
    return intended -> {
      var body = "{\"at\":%020d}".formatted(intended);
      var request =
          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(path, body.length(), body);
      return ByteBuffer.wrap(request.getBytes(ISO_8859_1));
    };
  }

  static Requests gets(String path) {
    var bytes = "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".formatted(path).getBytes(ISO_8859_1);
    return _ -> ByteBuffer.wrap(bytes);
  }

  private static void hex(ByteBuffer buffer, long value) {
    for (int shift = 60; shift >= 0; shift -= 4) buffer.put((byte) "0123456789abcdef".charAt((int) (value >>> shift & 15)));
  }
}
