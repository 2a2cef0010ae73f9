package dev.raincheck.chaos;

/** The program {@code ./raincheck chaos}. Its exit code is 0 if every promise held. */
public final class Chaos {
  private Chaos() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings;
    try {
      settings = Settings.of(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Settings.USAGE);
      System.exit(2);
      return;
    }
    boolean held = Run.of(settings, System.out);
    System.exit(held ? 0 : 1);
  }
}
