package dev.raincheck.chaos;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a run is to be.
 *
 * @param seed of all choices
 * @param minutes of faults; 0 for the short form
 * @param previous the jars of an earlier version
 * @param postgres the folder with PostgreSQL's programs, if not those of the Maven artifact
 */
record Settings(Profile profile, long seed, long minutes, Optional<Path> previous, Optional<Path> postgres) {
  private static final long MINUTES = 10;

  static final String USAGE =
      """
      ./raincheck chaos [--minutes N] [--seed S] [--standby | --restore | --previous FOLDER] [--postgres FOLDER]

        --minutes N        of faults (10); 0 for the short form of the tests
        --seed S           repeats the choices of an earlier run
        --standby          a synchronous standby; the primary is killed, the standby promoted
        --restore          a backup under load, restored while followers are ahead of it
        --previous FOLDER  nodes of an earlier version (the jars of its server/target/lib) beside this one's
        --postgres FOLDER  the programs of another PostgreSQL, such as /usr/lib/postgresql/17/bin
      """;

  enum Profile {
    FAULTS,
    STANDBY,
    RESTORE,
    PREVIOUS
  }

  static Settings shortOne(long seed) {
    return new Settings(Profile.FAULTS, seed, 0, Optional.empty(), Optional.empty());
  }

  /** @throws IllegalArgumentException with what is wrong */
  static Settings of(String[] arguments) {
    var profile = Profile.FAULTS;
    long seed = ThreadLocalRandom.current().nextInt(1_000_000);
    long minutes = MINUTES;
    Optional<Path> previous = Optional.empty();
    Optional<Path> postgres = Optional.empty();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--standby" -> profile = Profile.STANDBY;
        case "--restore" -> profile = Profile.RESTORE;
        case "--minutes" -> minutes = Long.parseLong(value(arguments, ++i));
        case "--seed" -> seed = Long.parseLong(value(arguments, ++i));
        case "--postgres" -> postgres = Optional.of(Path.of(value(arguments, ++i)));
        case "--previous" -> {
          profile = Profile.PREVIOUS;
          previous = Optional.of(Path.of(value(arguments, ++i)));
        }
        default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
      }
    }
    return new Settings(profile, seed, minutes, previous, postgres);
  }

  private static String value(String[] arguments, int at) {
    if (at < arguments.length) return arguments[at];
    throw new IllegalArgumentException(arguments[at - 1] + " needs a value");
  }

  SplittableRandom dice() {
    return new SplittableRandom(seed);
  }
}
