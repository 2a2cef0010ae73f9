package dev.raincheck.server.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, made by the tour and shown as a line for curl: both come from here, so the line does
 * what the tour did.
 *
 * @param url absolute
 * @param headers as {@code Name: value}
 * @param saveAs where the line for curl keeps the answer's body, for bytes that are not for a
 *     terminal
 */
record Call(String method, String url, List<String> headers, Body body, @Nullable String saveAs) {
  private static final int LINE_LENGTH_MAX = 94;
  private static final String NEXT_LINE = " \\\n    ";

  /** What is sent. */
  sealed interface Body {
    record Nothing() implements Body {}

    record Text(String text) implements Body {}

    record File(Path path) implements Body {}
  }

  Call {
    headers = List.copyOf(headers);
  }

  static Call get(String url) {
    return new Call("GET", url, List.of(), new Body.Nothing(), null);
  }

  static Call post(String url) {
    return new Call("POST", url, List.of(), new Body.Nothing(), null);
  }

  Call header(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(name + ": " + value);
    return new Call(method, url, more, body, saveAs);
  }

  Call json(String text) {
    return text(text, "application/json");
  }

  Call text(String text, String mediaType) {
    return new Call(method, url, headers, new Body.Text(text), saveAs)
        .header("Content-Type", mediaType);
  }

  Call file(Path path, String mediaType) {
    return new Call(method, url, headers, new Body.File(path), saveAs)
        .header("Content-Type", mediaType);
  }

  Call saved(String name) {
    return new Call(method, url, headers, body, name);
  }

  /** The same for a shell. */
  String curl() {
    var words = new ArrayList<String>();
    words.add(saveAs == null ? "-i" : "-D - -o " + quoted(saveAs));
    if (method.equals("POST") && body instanceof Body.Nothing) words.add("-X POST");
    words.add(quoted(url));
    headers.forEach(header -> words.add("-H " + quoted(header)));
    switch (body) {
      case Body.Nothing _ -> {}
      case Body.Text(var text) -> words.add("-d " + quoted(text));
      case Body.File(var path) -> words.add("--data-binary " + quoted("@" + path));
    }
    return lines(words);
  }

  private static String lines(List<String> words) {
    var text = new StringBuilder("curl");
    int column = text.length();
    for (var word : words) {
      if (column + 1 + word.length() > LINE_LENGTH_MAX) {
        text.append(NEXT_LINE);
        column = NEXT_LINE.length() - 3;
      }
      text.append(' ').append(word);
      column += 1 + word.length();
    }
    return text.toString();
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:@-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
