package dev.raincheck.server.cli;

import java.io.IOException;
import java.util.Properties;

/** Which Raincheck this is. */
public final class Version {
  /** Maven writes this file into the jar. */
  private static final String FILE =
      "/META-INF/maven/dev.raincheck/raincheck-server/pom.properties";

  private Version() {}

  /** Such as {@code 0.1.0}; {@code development} when it runs from class files without a jar. */
  public static String number() {
    try (var file = Version.class.getResourceAsStream(FILE)) {
      if (file == null) return "development";
      var properties = new Properties();
      properties.load(file);
      return properties.getProperty("version", "development");
    } catch (IOException unreadable) {
      return "development";
    }
  }
}
