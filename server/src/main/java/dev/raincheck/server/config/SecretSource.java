package dev.raincheck.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a secret comes from: the text itself, or a file that {@code file:} names. */
final class SecretSource {
  private static final int BYTES_MAX = 64 * 1024;

  sealed interface Result {}

  record Read(Secret secret) implements Result {}

  record Unread(String reason) implements Result {}

  private SecretSource() {}

  /**
   * Line ends at the end of a file are dropped, because editors and {@code echo} put them there.
   */
  static Result read(String text, Path folder) {
    if (!text.startsWith("file:")) return checked(text, "");

    var name = text.substring("file:".length());
    try {
      var file = folder.resolve(name);
      if (Files.size(file) > BYTES_MAX)
        return new Unread("names a file of more than 64 KiB: " + name);
      return checked(Files.readString(file).replaceAll("[\\r\\n]+\\z", ""), ": the file " + name);
    } catch (InvalidPathException invalid) {
      return new Unread("names no file after file:");
    } catch (NoSuchFileException absent) {
      return new Unread("names a file that is not there: " + name);
    } catch (CharacterCodingException notText) {
      return new Unread("names a file that is not UTF-8: " + name);
    } catch (IOException unreadable) {
      return new Unread("names a file that cannot be read: " + name);
    }
  }

  private static Result checked(String value, String where) {
    return value.isEmpty() ? new Unread("is empty" + where) : new Read(new Secret(value));
  }
}
