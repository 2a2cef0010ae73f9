package dev.raincheck.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.LocalDate;
import java.util.SplittableRandom;

/** A year of orders of an umbrella shop, made up, the same for the same seed. */
final class Orders {
  static final String HEADER = "order,day,region,product,quantity,amount";

  private static final String[] REGIONS = {"north", "east", "south", "west", "islands"};
  private static final String[] PRODUCTS = {
    "umbrella", "raincoat", "boots", "hat", "tent", "gauge"
  };
  private static final int[] CENTS = {2_490, 8_900, 5_450, 1_990, 24_900, 1_250};
  private static final LocalDate FIRST_DAY = LocalDate.of(2025, 1, 1);
  private static final int ROW_BYTES = 48;

  private Orders() {}

  static byte[] csv(int rows, long seed) {
    var dice = new SplittableRandom(seed);
    var text = new StringBuilder(rows * ROW_BYTES).append(HEADER).append('\n');
    for (int row = 0; row < rows; row++) {
      // Two dice: what is early in the lists sells better.
      int region = Math.min(dice.nextInt(REGIONS.length), dice.nextInt(REGIONS.length));
      int product = Math.min(dice.nextInt(PRODUCTS.length), dice.nextInt(PRODUCTS.length));
      int quantity = 1 + Math.min(dice.nextInt(6), dice.nextInt(6));
      long cents = (long) quantity * CENTS[product] * (90 + dice.nextInt(21)) / 100;
      text.append(100_001 + row).append(',');
      text.append(FIRST_DAY.plusDays(dice.nextInt(365))).append(',');
      text.append(REGIONS[region]).append(',').append(PRODUCTS[product]).append(',');
      text.append(quantity).append(',').append(cents / 100).append('.');
      text.append((char) ('0' + cents / 10 % 10)).append((char) ('0' + cents % 10)).append('\n');
    }
    return text.toString().getBytes(UTF_8);
  }
}
