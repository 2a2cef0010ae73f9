package dev.raincheck.chaos;

import java.util.random.RandomGenerator;

/**
 * What a client asks for.
 *
 * @param name its key and its tag, used for nothing else
 * @param millis how long an attempt takes
 * @param fails how many attempts fail first
 */
record Work(String name, String type, int millis, int fails) {
  static final String DOOMED = "doomed";
  static final String ONCE = "once";

  /** One for ever: more than any type allows. */
  private static final int ALWAYS = 1_000;

  /** Sometimes a type that nobody has declared: it must be refused, and never be seen again. */
  static Work any(String name, RandomGenerator dice) {
    int at = dice.nextInt(100);
    if (at < 80) return new Work(name, "quick", dice.nextInt(40), 0);
    if (at < 88) return new Work(name, "flaky", dice.nextInt(40), dice.nextInt(1, 3));
    if (at < 93) return new Work(name, ONCE, dice.nextInt(200), 0);
    if (at < 97) return new Work(name, "slow", dice.nextInt(1_500, 4_000), 0);
    if (at < 99) return new Work(name, DOOMED, dice.nextInt(20), ALWAYS);
    return new Work(name, "undeclared", 0, 0);
  }

  String input() {
    return "{\"name\":\"%s\",\"millis\":%d,\"fails\":%d}".formatted(name, millis, fails);
  }
}
