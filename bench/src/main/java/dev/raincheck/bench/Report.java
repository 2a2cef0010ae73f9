package dev.raincheck.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table: figure, bar, and whether it is met. */
final class Report {
  private record Line(String what, String figure, String bar, boolean met) {}

  private final List<Line> lines = new ArrayList<>();

  void rate(String what, List<Figures> rounds, double limit, double bar) {
    double rate = Bench.median(rounds, Figures::perSecond);
    double p50 = Bench.median(rounds, figures -> figures.millis(50));
    double p99 = Bench.median(rounds, figures -> figures.millis(99));
    String figure = "%,.0f /s, p50 %.1f ms, p99 %.1f ms".formatted(rate, p50, p99);
    if (bar == 0) lines.add(new Line(what, figure, "", true));
    else lines.add(new Line(what, "%.2f L; %s".formatted(rate / limit, figure), "≥ %.2f L".formatted(bar), rate / limit >= bar));
  }

  void ratio(String what, double figure, double base, double bar) {
    lines.add(
        new Line(
            what, "%.0f %%; %,.0f /s of %,.0f /s".formatted(100 * figure / base, figure, base),
            "≥ %.0f %%".formatted(100 * bar), figure / base >= bar));
  }

  void figure(String what, String figure) {
    lines.add(new Line(what, figure, "", true));
  }

  /** How many times of something else it is. */
  void times(String what, double times, double bar) {
    lines.add(new Line(what, "%.2f ×".formatted(times), "≥ %.1f ×".formatted(bar), times >= bar));
  }

  void below(String what, double figure, double bar, String more) {
    lines.add(new Line(what, "%.1f%s".formatted(figure, more), "< %.0f".formatted(bar), figure < bar));
  }

  void latency(String what, double p99, double bar) {
    lines.add(new Line(what, "p99 %.1f ms".formatted(p99), "< %.0f ms".formatted(bar), p99 < bar));
  }

  /** @param memoryBar in MB, 0 for none */
  void start(String what, Start.Measured measured, double readyBar, double memoryBar) {
    lines.add(
        new Line(
            what, "%,.0f ms".formatted(measured.readyMillis()), "< %,.0f ms".formatted(readyBar),
            measured.readyMillis() < readyBar));
    if (memoryBar == 0) return;
    lines.add(
        new Line(
            "idle memory (RSS)", "%.0f MB".formatted(measured.residentMegabytes()), "< %.0f MB".formatted(memoryBar),
            measured.residentMegabytes() < memoryBar));
  }

  void bodies(String what, BigBodies.Measured measured, double memoryBar) {
    lines.add(
        new Line(
            what + ", in and out",
            "%,.0f and %,.0f MB/s".formatted(measured.inPerSecond(), measured.outPerSecond()), "", true));
    lines.add(
        new Line(
            what + ", memory (RSS) beyond a tenth of it", "%.0f MB".formatted(measured.grownMegabytes()),
            "< %.0f MB".formatted(memoryBar), measured.grownMegabytes() < memoryBar));
  }

  void streams(String what, int count, Streams.Measured measured, double memoryBar, double p99Bar) {
    lines.add(
        new Line(
            "%,d open streams: memory (RSS) above idle".formatted(count),
            "%.0f MB, %.1f KiB each".formatted(measured.megabytes(), measured.kibibytesEach()),
            "≤ %.0f MB".formatted(memoryBar), measured.megabytes() <= memoryBar));
    lines.add(
        new Line(
            what,
            "p50 %.1f ms, p99 %.1f ms, %d missing (the answer to the cancel itself: p50 %.1f ms, p99 %.1f ms)"
                .formatted(
                    measured.millis(50), measured.millis(99), measured.missing(), measured.answerMillis(50),
                    measured.answerMillis(99)),
            "p99 < %.0f ms".formatted(p99Bar), measured.missing() == 0 && measured.millis(99) < p99Bar));
  }

  void print(PrintStream out) throws IOException {
    out.println("Machine: " + machine());
    out.println("Load: 64 connections, generator on the same cores, SQLite FULL, JSON of 150 bytes, keys all distinct.");
    out.println();
    out.println("| what | figure | bar | met |");
    out.println("|---|---|---|---|");
    for (var line : lines) {
      out.printf("| %s | %s | %s | %s |%n", line.what(), line.figure(), line.bar(), line.bar().isEmpty() ? "" : line.met() ? "yes" : "**no**");
    }
  }

  private static String machine() throws IOException {
    String model = "unknown processor";
    var cpus = Path.of("/proc/cpuinfo");
    if (Files.exists(cpus)) {
      for (var line : Files.readAllLines(cpus)) {
        if (line.startsWith("model name")) model = line.substring(line.indexOf(':') + 2);
      }
    }
    return "%d cores of %s, %s %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(), model, System.getProperty("os.name"),
            System.getProperty("os.version"), Runtime.version());
  }
}
