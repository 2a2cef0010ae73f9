package dev.raincheck.server.config;

import dev.raincheck.server.text.Printable;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param file the file as the operator named it
 * @param path the key, from the top, such as {@code operations.report.generate.max_attempts}
 * @param reason what is wrong, or what the value must be
 * @param given the value in the file; null when there is none or when it may be a secret
 * @param advice what would be right; null when the reason says it already
 */
public record ConfigError(
    String file,
    Position at,
    String path,
    String reason,
    @Nullable String given,
    @Nullable String advice) {
  private static final int GIVEN_LENGTH_MAX = 80;

  /** A name and password in a URL, which people paste into the wrong places. */
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");

  static final Comparator<ConfigError> IN_FILE_ORDER =
      Comparator.<ConfigError>comparingInt(error -> error.at.line())
          .thenComparingInt(error -> error.at.column());

  /** {@code file:line:column: path: "given" reason; advice}, on one line. */
  @Override
  public String toString() {
    var line = new StringBuilder();
    line.append(file).append(':').append(at.line()).append(':').append(at.column()).append(": ");
    if (!path.isEmpty()) line.append(Printable.line(path)).append(": ");
    if (given != null) {
      var shown = USER_INFO.matcher(given).replaceAll("://***@");
      line.append('"').append(Printable.line(shown, GIVEN_LENGTH_MAX)).append("\" ");
    }
    line.append(Printable.line(reason));
    if (advice != null) line.append("; ").append(Printable.line(advice));
    return line.toString();
  }
}
