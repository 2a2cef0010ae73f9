package dev.raincheck.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole tour, with less of everything, against a real server on free ports. */
class TourTest {
  private static final Sizes SMALL =
      new Sizes(
          1,
          600,
          500,
          Weather.DROPS_MAX,
          2_000,
          24,
          2,
          4,
          Duration.ofMillis(5),
          Duration.ofMillis(15));

  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void shows_what_really_happened() throws Exception {
    try (var house = House.open(folder, SMALL, 0, 0, broken -> {});
        var screen = new PrintStream(told, true, UTF_8)) {
      var story = new Tour(SMALL, System::nanoTime).walk(new Screen(screen, false), house);

      picturesAreReal();
      reportIsRight(story.report());
      rushLostNothing(story.rush());
      answersAreAsPromised(story.byHand());
      screenTellsAllOfIt(story.byHand());
      handlersRefuseWhatTheyCannotRead(house);
    }
  }

  private void picturesAreReal() throws Exception {
    var poster = ImageIO.read(folder.resolve("umbrella-1.jpg").toFile());
    assertThat(poster.getWidth()).isEqualTo(600);
    assertThat(poster.getHeight()).isEqualTo(400);

    // Thumbnails of 300 and 150 pixels side by side, with three gaps of 7.
    var sheet = ImageIO.read(folder.resolve("umbrella-1-sheet.png").toFile());
    assertThat(sheet.getWidth()).isEqualTo(300 + 150 + 3 * 7);
    assertThat(sheet.getHeight()).isEqualTo(200 + 2 * 7);
  }

  private void reportIsRight(JsonNode report) throws Exception {
    var rows = Files.readAllLines(folder.resolve("orders.csv"));
    assertThat(rows).hasSize(1 + SMALL.rows());
    var amounts =
        rows.stream()
            .skip(1)
            .map(row -> new BigDecimal(row.substring(row.lastIndexOf(',') + 1)))
            .sorted()
            .toList();

    assertThat(report.path("rows").asInt()).isEqualTo(SMALL.rows());
    assertThat(report.path("revenue").decimalValue())
        .isEqualByComparingTo(amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    assertThat(report.path("amount").path("p95").decimalValue())
        .isEqualByComparingTo(amounts.get(1_899));
    assertThat(
            report
                .path("regions")
                .valueStream()
                .mapToInt(each -> each.path("orders").asInt())
                .sum())
        .isEqualTo(SMALL.rows());
    assertThat(
            report
                .path("products")
                .valueStream()
                .mapToInt(each -> each.path("orders").asInt())
                .sum())
        .isEqualTo(SMALL.rows());
    assertThat(Json.object(Files.readAllBytes(folder.resolve("report.json")))).isEqualTo(report);
  }

  private static void rushLostNothing(RushChapter.Measured rush) {
    var through = rush.through();
    assertThat(through.calls()).isEqualTo(24);
    assertThat(through.done()).isEqualTo(24);
    assertThat(through.refused()).isZero();
    assertThat(through.lost()).isZero();
    assertThat(through.answers()).hasSize(24).isSorted();

    var direct = rush.direct();
    assertThat(direct.done() + direct.refused() + direct.lost()).isEqualTo(24);
    assertThat(direct.done()).isGreaterThanOrEqualTo(SMALL.workers() + SMALL.line());
    assertThat(direct.answered(50)).isGreaterThanOrEqualTo(SMALL.quickest());
    assertThat(direct.blocked()).isGreaterThan(direct.answered(99));
  }

  private static void answersAreAsPromised(List<Seen> answers) {
    assertThat(answers)
        .extracting(Seen::status)
        .containsExactly(202, 202, 422, 200, 202, 200, 202, 202, 202, 200, 202, 200, 502, 200, 202);
    var first = answers.get(0);
    var again = answers.get(1);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    assertThat(answers.get(3).json().path("result").path("order").asInt()).isEqualTo(7);
    assertThat(answers.get(9).json().path("status").asString()).isEqualTo("canceled");
    var broken = answers.get(11).json();
    assertThat(broken.path("dead").asBoolean()).isTrue();
    assertThat(broken.path("attempt").asInt()).isEqualTo(3);
    assertThat(broken.path("error").path("code").asString()).isEqualTo("target_failed");
    assertThat(answers.get(13).json().path("data").get(0).path("id")).isEqualTo(broken.path("id"));
    assertThat(answers.get(14).json().path("retry_of")).isEqualTo(broken.path("id"));
  }

  private void screenTellsAllOfIt(List<Seen> answers) throws Exception {
    var text = told.toString(UTF_8);
    assertThat(text).doesNotContain("\u001b").doesNotContain("\r");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(110));
    for (var seen : answers) {
      assertThat(text).contains(seen.call().curl().lines().map(line -> "  " + line).toList());
      assertThat(text).contains("  " + seen.statusLine());
    }
    for (var line : Files.readAllLines(folder.resolve("raincheck.yaml"))) {
      assertThat(text).contains("│ " + line);
    }
  }

  private static void handlersRefuseWhatTheyCannotRead(House house) throws Exception {
    var noPicture = Files.writeString(house.folder().resolve("no-picture.png"), "rain");
    var noOrders =
        Files.writeString(house.folder().resolve("no-orders.csv"), Orders.HEADER + "\n1,2,3\n");
    var types = house.url() + "/v1/operations/";
    assertThat(failure(Call.post(types + "picture.thumbnails").file(noPicture, "image/png")))
        .isEqualTo("x_no_picture");
    assertThat(failure(Call.post(types + "sales.report").file(noOrders, "text/csv")))
        .isEqualTo("x_bad_csv");
    assertThat(failure(Call.post(types + "poster.draw").json("{\"width\": 1}")))
        .isEqualTo("x_bad_order");
  }

  private static String failure(Call call) throws InterruptedException {
    try (var client = new Client(System::nanoTime)) {
      var done = client.send(call.header("Prefer", "wait=30")).expect(200);
      return done.json().path("error").path("code").asString();
    }
  }

  @Test
  void takes_other_ports_when_the_usual_ones_are_taken_and_says_so() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var house = House.open(folder, SMALL, taken.getLocalPort(), 0, broken -> {})) {
      assertThat(house.url()).doesNotEndWith(":" + taken.getLocalPort());
      assertThat(house.notes())
          .singleElement()
          .asString()
          .isEqualTo(
              "Port %d is taken, so it is %s."
                  .formatted(
                      taken.getLocalPort(),
                      house.url().substring(house.url().lastIndexOf(':') + 1)));
    }
  }
}
