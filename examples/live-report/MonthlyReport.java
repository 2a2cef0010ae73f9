import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code report.monthly}: a CSV of orders ({@code date,amount}) becomes a report by month, with how sure
 * one can be of each month's mean: a bootstrap interval, which takes real computing.
 *
 * <p>It may run more than once (a crash, a retry), so it depends on its input alone, and what it puts out
 * on the way says which month it is about: who sees a month twice sees the same.
 */
final class MonthlyReport implements Handler.Blocking {
  static final String NAME = "report.monthly";

  private static final int RESAMPLES = 150_000;
  private static final int RESAMPLES_PER_STEP = 5_000;
  private static final JsonMapper JSON = JsonMapper.shared();

  static OperationType type() {
    return OperationType.of(NAME, new MonthlyReport())
        .withSlots(2)
        .accepting(List.of("text/csv"))
        .describedAs("Adds up a CSV of orders (date,amount) by month.");
  }

  @Override
  public Result perform(Input input, Context context) {
    var months = new TreeMap<String, List<Long>>();
    int number = 0;
    for (var line : input.text().lines().toList()) {
      number++;
      if (line.isBlank() || line.equals("date,amount")) continue;
      if (!line.matches("\\d{4}-\\d\\d-\\d\\d,\\d{1,9}\\.\\d\\d")) {
        return Result.failed("x_bad_csv", 422, "Line %d is not like 2026-01-31,19.90.".formatted(number));
      }
      var cents = Long.valueOf(line.substring(11).replace(".", ""));
      months.computeIfAbsent(line.substring(0, 7), month -> new ArrayList<>()).add(cents);
    }

    var report = JSON.createObjectNode();
    var rows = report.putArray("months");
    long total = 0;
    for (var month : months.entrySet()) {
      var amounts = month.getValue().stream().mapToLong(Long::longValue).toArray();
      var row = row(month.getKey(), amounts, rows.size(), months.size(), context);
      context.output(JSON.writeValueAsBytes(row), "application/json");
      rows.add(row);
      total += Arrays.stream(amounts).sum();
    }
    report.put("revenue", total / 100.0);
    return Result.json(JSON.writeValueAsString(report));
  }

  private static ObjectNode row(String month, long[] amounts, int done, int all, Context context) {
    var dice = new SplittableRandom(month.hashCode());
    var means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      if (i % RESAMPLES_PER_STEP == 0) {
        if (context.canceled()) throw new CancellationException("nobody wants it any more");
        double percent = 100.0 * (done + (double) i / RESAMPLES) / all;
        context.progress(new Progress(percent, (double) done, (double) all, "month", month, null));
      }
      long sum = 0;
      for (int n = 0; n < amounts.length; n++) sum += amounts[dice.nextInt(amounts.length)];
      means[i] = (double) sum / amounts.length;
    }
    Arrays.sort(means);
    return JSON.createObjectNode()
        .put("month", month)
        .put("orders", amounts.length)
        .put("revenue", Arrays.stream(amounts).sum() / 100.0)
        .put("mean_from", Math.round(means[RESAMPLES / 40]) / 100.0)
        .put("mean_to", Math.round(means[RESAMPLES - RESAMPLES / 40 - 1]) / 100.0);
  }
}
