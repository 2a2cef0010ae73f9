package dev.raincheck.server.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a type takes.
 *
 * @param accepts media types in lower case, without parameters; {@code image/*} and {@code *}{@code
 *     /*} stand for many
 * @param bytesMax the largest input; what is longer than {@link Limits#bodyBytesMax} is streamed
 */
public record InputConfig(List<String> accepts, long bytesMax) {
  static final int ACCEPTS_MAX = 50;

  /** 64 GiB. */
  static final long BYTES_CEILING = 64L << 30;

  private static final String TOKEN = "[a-z0-9!#$&^_.+-]{1,80}";
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("\\*/\\*|%s/(\\*|%s)".formatted(TOKEN, TOKEN));

  public static final InputConfig DEFAULT =
      new InputConfig(List.of("application/json"), Limits.DEFAULT.bodyBytesMax());

  public InputConfig {
    accepts = List.copyOf(accepts);
    var checks =
        new Checks()
            .rule(
                "accepts",
                !accepts.isEmpty() && accepts.size() <= ACCEPTS_MAX,
                "",
                "must have 1 to 50 entries")
            .range("input_bytes", bytesMax, 1, BYTES_CEILING);
    for (var type : accepts) {
      checks.rule(
          "accepts",
          MEDIA_TYPE.matcher(type).matches(),
          type,
          "must be media types such as application/json or image/*");
    }
    checks.done();
  }
}
