package dev.raincheck.server.cli;

import dev.raincheck.server.text.Printable;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as what stands in them, up to a limit. */
final class Table {
  private static final int CELL_LENGTH_MAX = 60;

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  void row(String... cells) {
    // Made printable before it is measured, so that columns stay straight.
    rows.add(List.of(cells).stream().map(cell -> Printable.line(cell, CELL_LENGTH_MAX)).toList());
  }

  void print(Terminal terminal) {
    var widths = new int[rows.getFirst().size()];
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) widths[i] = Math.max(widths[i], row.get(i).length());
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      terminal.line(line.toString().stripTrailing());
    }
  }
}
