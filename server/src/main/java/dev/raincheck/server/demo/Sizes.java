package dev.raincheck.server.demo;

import java.time.Duration;

/**
 * How much the tour does.
 *
 * @param pictureWidth pixels; pictures are 3 wide to 2 high
 * @param drops how much it rains in a picture
 * @param cloudburst how much in the picture that is canceled: more than anyone would wait for
 * @param rows orders in the CSV file
 * @param calls to the slow endpoint at the same moment
 * @param workers how many of them it works on at a time
 * @param line how many more may wait there; the next is refused
 * @param quickest the least that it takes for one
 * @param slowest the most
 */
record Sizes(
    int pictures,
    int pictureWidth,
    int drops,
    int cloudburst,
    int rows,
    int calls,
    int workers,
    int line,
    Duration quickest,
    Duration slowest) {
  static final Sizes FULL =
      new Sizes(
          3,
          2_400,
          9_000,
          Weather.DROPS_MAX,
          100_000,
          200,
          8,
          64,
          Duration.ofMillis(250),
          Duration.ofMillis(400));
}
