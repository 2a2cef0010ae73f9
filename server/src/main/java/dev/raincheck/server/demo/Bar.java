package dev.raincheck.server.demo;

import tools.jackson.databind.JsonNode;

/** How far something is: drawn over and over for who watches, told in quarters for a file. */
final class Bar {
  private static final int CELLS = 30;

  private final Screen screen;
  private final String label;
  private int quarter = -1;

  Bar(Screen screen, String label) {
    this.screen = screen;
    this.label = label;
  }

  /** Shows an operation's progress, as its document has it. */
  void show(JsonNode operation) {
    var progress = operation.path("progress");
    var status = operation.path("status").asString("");
    if (!progress.isObject()) {
      show(0, status);
      return;
    }
    double total = progress.path("total").asDouble(0);
    double current = progress.path("current").asDouble(0);
    var unit = progress.path("unit").asString("");
    var detail = "%s of %s".formatted(Text.count(current), Text.many(Math.round(total), unit));
    show(progress.path("percent").asDouble(0) / 100, detail);
  }

  void show(double share, String detail) {
    if (screen.isWatched()) {
      screen.redraw(line(share, detail));
    } else if ((int) (share * 4) != quarter) {
      quarter = (int) (share * 4);
      screen.line("  " + line(share, detail));
    }
  }

  /** The last word: the bar stays as it is now. */
  void end(String detail) {
    if (screen.isWatched()) {
      screen.redraw(line(1, detail));
      screen.endRedraw();
    } else {
      screen.line("  " + line(1, detail));
    }
  }

  private String line(double share, String detail) {
    int full = (int) Math.round(Math.clamp(share, 0, 1) * CELLS);
    var bar = "█".repeat(full) + "░".repeat(CELLS - full);
    return "%-24s %s %3d %%  %s".formatted(label, bar, (int) (share * 100), detail);
  }
}
