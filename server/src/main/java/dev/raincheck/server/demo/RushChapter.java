package dev.raincheck.server.demo;

import java.util.List;
import java.util.function.LongSupplier;

/** A slow endpoint is called many times at once: directly, and through Raincheck. */
final class RushChapter {
  private final Guide guide;
  private final LongSupplier nanos;

  RushChapter(Guide guide, LongSupplier nanos) {
    this.guide = guide;
    this.nanos = nanos;
  }

  /** Both ways, as measured. */
  record Measured(Side direct, Side through) {}

  Measured tell() throws InterruptedException {
    var screen = guide.screen();
    var sizes = guide.sizes();
    screen.heading("3  A slow endpoint becomes asynchronous by a few lines of YAML");
    screen.paragraph(
        """
        An ordinary endpoint runs at %s: it answers a price after %d to %d ms,
        works on %d requests at a time, lets %d more wait in line, and refuses the next with 503.
        It has never heard of Raincheck. This is the file that this tour's server was started with:
        """
            .formatted(
                guide.house().endpointUrl(),
                sizes.quickest().toMillis(),
                sizes.slowest().toMillis(),
                sizes.workers(),
                sizes.line()));
    screen.line("");
    screen.file(guide.house().yaml());
    screen.aside("─ " + guide.file("raincheck.yaml"));

    screen.line("");
    screen.paragraph(
        """
        %s callers at the same moment, each a thread of its own. Both ways have answered every
        caller once before, so that neither is measured cold:
        """
            .formatted(Text.count(sizes.calls())));
    var direct = direct(sizes.calls());
    var through = through(sizes.calls());
    screen.line("");
    screen.table(rows(direct, through));
    screen.aside("(*) directly: with a price; through Raincheck: with a 202 that is on the disk");
    screen.line("");
    if (through.done() == through.calls()) {
      screen.paragraph(
          """
          The endpoint is as slow as before, and its %d workers were as busy. But nobody hung on a
          connection for it, nobody was turned away, and a crash of this server would have lost
          none of the %s.
          """
              .formatted(sizes.workers(), Text.count(through.done())));
    } else {
      screen.say("Not all of it was done; raincheck.log may tell why.");
    }
    return new Measured(direct, through);
  }

  private Side direct(int calls) throws InterruptedException {
    var bar = new Bar(guide.screen(), "called directly");
    bar.show(0, "waiting for answers");
    // Callers of their own, who hang up at the end: their idle connections would crowd out others'.
    try (var client = new Client(nanos)) {
      var rush = new Rush(client, nanos);
      rush.connect(calls, guide.house().endpointUrl() + "/health");
      var url = guide.house().endpointUrl() + "/quotes";
      var side = rush.direct(calls, i -> Call.post(url).json(order(i)));
      bar.end("%d done, %d refused".formatted(side.done(), side.refused()));
      return side;
    }
  }

  private Side through(int calls) throws InterruptedException {
    var bar = new Bar(guide.screen(), "through Raincheck");
    bar.show(0, "waiting for tickets");
    try (var client = new Client(nanos)) {
      var rush = new Rush(client, nanos);
      var report = Call.post(guide.url("/v1/operations/" + ReportSales.NAME));
      var nothing = report.text(Orders.HEADER, "text/csv");
      rush.promised(calls, _ -> nothing, (_, _) -> {});
      var url = guide.url("/v1/quotes");
      var side =
          rush.promised(
              calls,
              i -> Call.post(url).header("Idempotency-Key", "rush-" + i).json(order(i)),
              (_, ended) -> bar.show((double) ended / calls, "%d done".formatted(ended)));
      bar.end("%d done, %d refused".formatted(side.done(), side.refused()));
      return side;
    }
  }

  private static String order(int number) {
    return "{\"order\": %d}".formatted(number);
  }

  private static List<List<String>> rows(Side direct, Side through) {
    return List.of(
        List.of("", "called directly", "through Raincheck"),
        row("calls at the same moment", direct.calls(), through.calls()),
        row("work done", direct.done(), through.done()),
        row("refused", direct.refused(), through.refused()),
        row("no answer", direct.lost(), through.lost()),
        List.of(
            "answered after (*), p50",
            Text.time(direct.answered(50)),
            Text.time(through.answered(50))),
        List.of(
            "                    p99",
            Text.time(direct.answered(99)),
            Text.time(through.answered(99))),
        row("callers still blocked after 1 s", direct.waiting(), through.waiting()),
        List.of(
            "caller threads blocked, in sum",
            Text.time(direct.blocked()),
            Text.time(through.blocked())),
        List.of("all work done after", Text.time(direct.allDone()), Text.time(through.allDone())));
  }

  private static List<String> row(String name, int direct, int through) {
    return List.of(name, Text.count(direct), Text.count(through));
  }
}
