package dev.raincheck.server.cli;

import dev.raincheck.doctor.Amounts;
import dev.raincheck.doctor.Finding;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A look at one running node, through its admin listener. */
final class NodeLook {
  private static final Duration SKEW_MAX = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final Cli cli;
  private final String url;
  private final boolean given;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param given whether somebody named this node, so that its silence is a problem
   */
  NodeLook(Cli cli, String url, boolean given, InstantSource clock, LongSupplier nanos) {
    this.cli = cli;
    this.url = url;
    this.given = given;
    this.clock = clock;
    this.nanos = nanos;
  }

  List<Finding> look(Duration apart) throws InterruptedException {
    try (var api = cli.api(url)) {
      var before = scrape(api);
      if (before.isEmpty()) return findings;
      readiness(api);
      cli.pause().rest(apart);
      scrape(api).ifPresent(after -> findings.add(new Binds(url, before.get(), after).finding()));
    } catch (Failure unreachable) {
      findings.add(silent(unreachable));
    }
    return findings;
  }

  private Finding silent(Failure why) {
    if (given) {
      return Finding.problem("node", "", "No node answers at %s: %s.".formatted(url, why.line()), "See whether it runs, and whether its admin_listen is that address.");
    }
    return Finding.ok(
        "node", "",
        "No node answers at %s, the admin listener of this configuration, so what binds under load was not looked at; --node names others.".formatted(url));
  }

  private Optional<Scrape> scrape(Api api) {
    long at = nanos.getAsLong();
    var answer = api.send("GET", "/metrics", Map.of(), BodyPublishers.noBody(), ANSWER_WITHIN);
    if (!answer.isSuccess() || !answer.text().contains("raincheck_")) {
      findings.add(
          Finding.warning(
              "node", String.valueOf(answer.status()), "What answers at %s has no metrics of Raincheck.".formatted(url),
              "Name the node's admin listener: --node."));
      return Optional.empty();
    }
    var text = answer.text();
    answer.header("Date").ifPresent(this::clock);
    return Optional.of(Scrape.parse(text, at));
  }

  private void readiness(Api api) {
    var answer = api.send("GET", "/readyz", Map.of(), BodyPublishers.noBody(), ANSWER_WITHIN);
    if (answer.isSuccess()) {
      findings.add(Finding.ok("node", "ready", "The node at %s takes new work.".formatted(url)));
    } else {
      findings.add(
          Finding.problem(
              "node", String.valueOf(answer.status()), "The node at %s takes no new work.".formatted(url),
              "It drains, or its store cannot be used: see its log."));
    }
  }

  /** A node's clock, to the second: its answers have the time. */
  private void clock(String date) {
    if (findings.stream().anyMatch(finding -> finding.check().equals("node-clock"))) return;
    Instant theirs;
    try {
      theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException unusual) {
      return;
    }
    var skew = Duration.between(clock.instant(), theirs);
    var figure = Amounts.seconds(skew.toSeconds());
    if (skew.abs().compareTo(SKEW_MAX) <= 0) {
      findings.add(Finding.ok("node-clock", figure, "The clock of the node at %s and this machine's agree.".formatted(url)));
    } else {
      findings.add(
          Finding.warning(
              "node-clock", figure,
              "The clock of the node at %s is %s %s this machine's."
                  .formatted(url, Amounts.seconds(skew.abs().toSeconds()), skew.isNegative() ? "behind" : "ahead of"),
              "Work is timed by the store's clock, so nothing starts early or late; but tokens, certificates and logs are of"
                  + " that node's. Synchronise it (NTP)."));
    }
  }
}
