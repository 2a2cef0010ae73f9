package dev.raincheck.server.demo;

import dev.raincheck.server.text.Printable;
import java.io.PrintStream;
import java.util.List;

/** Where the tour is told: 100 columns, with a little colour if a person watches. */
final class Screen {
  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String BLUE = "\u001b[36m";
  private static final String INDENT = "  ";
  private static final int BODY_LENGTH_MAX = 240;
  private static final int LINE_LENGTH_MAX = 96;

  private final PrintStream out;
  private final boolean watched;
  private int drawn;

  /**
   * @param watched whether bars may be drawn over
   */
  Screen(PrintStream out, boolean watched) {
    this.out = out;
    this.watched = watched;
  }

  boolean isWatched() {
    return watched;
  }

  void heading(String text) {
    line("");
    line(styled(BOLD, text));
  }

  /** Lines as they are. */
  void say(String text) {
    text.lines().forEach(line -> line(INDENT + line));
  }

  /** A paragraph, broken where the line is full. */
  void paragraph(String text) {
    var line = new StringBuilder();
    for (var word : text.split("\\s+")) {
      if (line.length() + 1 + word.length() > LINE_LENGTH_MAX) {
        say(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    say(line.toString());
  }

  void aside(String text) {
    text.lines().forEach(line -> line(INDENT + styled(DIM, line)));
  }

  /** A file, as it is. */
  void file(String text) {
    text.lines().forEach(line -> line(INDENT + styled(DIM, "│ ") + styled(BLUE, line)));
  }

  /** A request as a line for curl, and what came of it. */
  void exchange(String why, Seen seen, String... headers) {
    line("");
    line(INDENT + why);
    seen.call().curl().lines().forEach(line -> line(INDENT + styled(BLUE, line)));
    var answer = new StringBuilder(seen.statusLine());
    for (var name : headers) {
      seen.header(name)
          .ifPresent(value -> answer.append("   ").append(name).append(": ").append(value));
    }
    line(INDENT + styled(BOLD, answer.toString()));
    folded(Printable.line(seen.brief(), BODY_LENGTH_MAX));
  }

  private void folded(String text) {
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + LINE_LENGTH_MAX);
      int comma = to < text.length() ? text.lastIndexOf(',', to - 1) : -1;
      if (comma > from) to = comma + 1;
      line(INDENT + styled(DIM, text.substring(from, to)));
      from = to;
    }
  }

  /**
   * Columns: words to the left, figures to the right, as the first row under the headings has them.
   */
  void table(List<List<String>> rows) {
    var widths = new int[rows.getFirst().size()];
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) widths[i] = Math.max(widths[i], row.get(i).length());
    }
    for (int i = 0; i < rows.size(); i++) {
      var text = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        var cell = rows.get(i).get(column);
        var pad = " ".repeat(widths[column] - cell.length());
        boolean words = !rows.get(1).get(column).matches("[0-9].*");
        text.append(column == 0 ? "" : "   ").append(words ? cell + pad : pad + cell);
      }
      line(INDENT + (i == 0 ? styled(BOLD, text.toString()) : text.toString().stripTrailing()));
    }
  }

  /** Draws over what was drawn last; only for who watches. */
  void redraw(String text) {
    out.print("\r" + INDENT + text + " ".repeat(Math.max(0, drawn - text.length())));
    out.flush();
    drawn = text.length();
  }

  void endRedraw() {
    out.println();
    out.flush();
    drawn = 0;
  }

  void line(String text) {
    if (drawn > 0) endRedraw();
    out.println(text);
    out.flush();
  }

  private String styled(String style, String text) {
    return watched ? style + text + RESET : text;
  }
}
