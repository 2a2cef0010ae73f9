package dev.raincheck.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What an operation was submitted with, as sent.
 *
 * @param mediaType empty when there was no body
 */
public record Input(byte[] bytes, String mediaType) {
  public static final Input NONE = new Input(new byte[0], "");

  /** The bytes as UTF-8 text, such as JSON. */
  public String text() {
    return new String(bytes, UTF_8);
  }
}
