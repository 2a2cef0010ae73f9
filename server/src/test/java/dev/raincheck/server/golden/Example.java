package dev.raincheck.server.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One exchange of a golden file: a request and the answer to it. A file holds several, apart by
 * lines that begin with {@code ###} and say what the next one shows.
 */
record Example(
    String title,
    String method,
    String target,
    List<String> requestHeaders,
    String requestBody,
    int status,
    List<String> headers,
    String body) {

  static List<Example> read(Path file) throws IOException {
    var examples = new ArrayList<Example>();
    String title = file.getFileName().toString();
    var lines = new ArrayList<String>();
    for (var line : Files.readAllLines(file)) {
      if (!line.startsWith("###")) {
        lines.add(line);
        continue;
      }
      if (lines.stream().anyMatch(l -> !l.isBlank())) examples.add(parse(title, lines));
      title = line.substring(3).strip();
      lines.clear();
    }
    examples.add(parse(title, lines));
    return examples;
  }

  private static Example parse(String title, List<String> lines) {
    int at = 0;
    while (lines.get(at).isBlank() || lines.get(at).startsWith("#")) at++;
    int answer = at;
    while (!lines.get(answer).startsWith("HTTP/1.1 ")) answer++;

    var start = lines.get(at).split(" ", 2);
    int blank = blank(lines, at, answer);
    int blankOfAnswer = blank(lines, answer, lines.size());
    return new Example(
        title,
        start[0],
        start[1].strip(),
        List.copyOf(lines.subList(at + 1, blank)),
        text(lines, blank, answer),
        Integer.parseInt(lines.get(answer).substring(9).strip()),
        List.copyOf(lines.subList(answer + 1, blankOfAnswer)),
        text(lines, blankOfAnswer, lines.size()));
  }

  private static int blank(List<String> lines, int from, int to) {
    for (int i = from; i < to; i++) if (lines.get(i).isBlank()) return i;
    return to;
  }

  private static String text(List<String> lines, int from, int to) {
    return String.join("\n", lines.subList(Math.min(from, to), to)).strip();
  }
}
