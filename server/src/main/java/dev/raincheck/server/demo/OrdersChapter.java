package dev.raincheck.server.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A CSV of orders becomes a report. */
final class OrdersChapter {
  private static final long SEED = 2026;

  private final Guide guide;

  OrdersChapter(Guide guide) {
    this.guide = guide;
  }

  /**
   * @return the report
   */
  JsonNode tell() throws InterruptedException, IOException {
    var screen = guide.screen();
    screen.heading("2  %s rows become a report".formatted(Text.count(guide.sizes().rows())));
    var csv = guide.save("orders.csv", Orders.csv(guide.sizes().rows(), SEED));
    var call = Call.post(guide.url("/v1/operations/" + ReportSales.NAME)).file(csv, "text/csv");
    var submit = guide.client().send(call).expect(202);
    screen.say(
        "orders.csv, %s, was accepted (and is on the disk) after %s."
            .formatted(Text.bytes(csv.toFile().length()), Text.time(submit.took())));
    screen.line("");
    var followed = guide.watch("adding up orders.csv", submit);
    var report = followed.operation().path("result");
    guide.save(
        "report.json", Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));

    screen.line("");
    screen.table(rows(report));
    var amount = report.path("amount");
    screen.say(
        "An order is %s at the median, %s at p95, %s at most."
            .formatted(text(amount, "median"), text(amount, "p95"), text(amount, "max")));
    screen.aside(
        "report.json in %s, done %s after the submit"
            .formatted(guide.house().folder(), Guide.lasted(followed)));
    return report;
  }

  private static List<List<String>> rows(JsonNode report) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("region", "orders", "revenue", "product", "orders", "revenue"));
    var regions = named(report.path("regions"));
    var products = named(report.path("products"));
    for (int i = 0; i < Math.max(regions.size(), products.size()); i++) {
      var row = new ArrayList<String>();
      row.addAll(i < regions.size() ? regions.get(i) : List.of("", "", ""));
      row.addAll(i < products.size() ? products.get(i) : List.of("", "", ""));
      rows.add(row);
    }
    return rows;
  }

  private static List<List<String>> named(JsonNode sold) {
    var rows = new ArrayList<List<String>>();
    sold.propertyStream()
        .forEach(
            each ->
                rows.add(
                    List.of(
                        each.getKey(),
                        text(each.getValue(), "orders"),
                        text(each.getValue(), "revenue"))));
    return rows;
  }

  private static String text(JsonNode object, String member) {
    var number = object.path(member);
    return number.isInt() ? Text.count(number.asInt()) : "%,.2f".formatted(number.asDouble());
  }
}
