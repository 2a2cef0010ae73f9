package dev.raincheck.server.demo;

import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import tools.jackson.databind.node.ObjectNode;

/** {@code sales.report}: a CSV of orders becomes a report in JSON. */
final class ReportSales implements Handler.Blocking {
  static final String NAME = "sales.report";
  static final int INPUT_BYTES_MAX = 16 << 20;
  private static final int ROWS_PER_STEP = 1_000;

  static OperationType type() {
    return OperationType.of(NAME, new ReportSales())
        .withSlots(2)
        .accepting(List.of("text/csv"))
        .withInputMax(INPUT_BYTES_MAX)
        .describedAs("Adds up a CSV of orders (" + Orders.HEADER + ") by region and product.");
  }

  /** What was sold of one region or product. */
  private static final class Sold {
    private int orders;
    private long cents;

    private void add(long amount) {
      orders++;
      cents += amount;
    }
  }

  @Override
  public Result perform(Input input, Context context) {
    var lines = input.text().lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(Orders.HEADER)) {
      return refused(1, "the first line must be " + Orders.HEADER);
    }
    int rows = lines.size() - 1;
    var amounts = new long[rows];
    var regions = new TreeMap<String, Sold>();
    var products = new TreeMap<String, Sold>();
    for (int row = 0; row < rows; row++) {
      if (row % ROWS_PER_STEP == 0) {
        if (context.canceled()) throw new CancellationException("nobody wants it any more");
        context.progress(Progress.of(row, rows, "row"));
      }
      var cells = lines.get(row + 1).split(",", -1);
      if (cells.length != 6 || !cells[5].matches("[0-9]{1,9}\\.[0-9]{2}")) {
        return refused(row + 2, "a row has six cells, and an amount such as 19.90 in the last");
      }
      amounts[row] = new BigDecimal(cells[5]).unscaledValue().longValueExact();
      regions.computeIfAbsent(cells[2], _ -> new Sold()).add(amounts[row]);
      products.computeIfAbsent(cells[3], _ -> new Sold()).add(amounts[row]);
    }
    context.progress(Progress.of(rows, rows, "row"));
    return Result.json(Json.MAPPER.writeValueAsString(report(amounts, regions, products)));
  }

  private static ObjectNode report(
      long[] amounts, Map<String, Sold> regions, Map<String, Sold> products) {
    Arrays.sort(amounts);
    var report = Json.MAPPER.createObjectNode();
    report.put("rows", amounts.length);
    report.put("revenue", money(Arrays.stream(amounts).sum()));
    report
        .putObject("amount")
        .put("median", money(share(amounts, 50)))
        .put("p95", money(share(amounts, 95)))
        .put("max", money(share(amounts, 100)));
    add(report.putObject("regions"), regions);
    add(report.putObject("products"), products);
    return report;
  }

  private static void add(ObjectNode to, Map<String, Sold> sold) {
    sold.forEach(
        (name, its) ->
            to.putObject(name).put("orders", its.orders).put("revenue", money(its.cents)));
  }

  /** The smallest amount that this percentage of the orders does not exceed. */
  private static long share(long[] sorted, int percent) {
    if (sorted.length == 0) return 0;
    return sorted[Math.max(0, Math.ceilDiv(sorted.length * percent, 100) - 1)];
  }

  private static BigDecimal money(long cents) {
    return BigDecimal.valueOf(cents, 2);
  }

  private static Result refused(int line, String why) {
    return Result.failed("x_bad_csv", 422, "Line %d: %s.".formatted(line, why));
  }
}
