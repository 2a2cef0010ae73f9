package dev.raincheck.server.egress;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A request header that someone may configure: never one that frames or routes the message. */
public record EgressHeader(String name, String value) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("(?:[!-~](?:[ -~\\t]{0,8190}[!-~])?)?");
  private static final Set<String> OURS =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "accept-encoding");

  /**
   * @throws IllegalArgumentException if the name is no header name or is one that we set ourselves,
   *     or the value has other characters than visible ASCII with blanks between; the message does
   *     not repeat the value, which may be a secret
   */
  public EgressHeader {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("\"" + name + "\" is not a header name");
    }
    if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the header " + name + " cannot be set");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "the value of the header " + name + " must be at most 8192 visible ASCII characters");
    }
  }

  @Override
  public String toString() {
    return name + ": ***";
  }
}
