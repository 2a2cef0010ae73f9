package dev.raincheck.server.demo;

import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import java.util.concurrent.CancellationException;
import tools.jackson.databind.JsonNode;

/**
 * {@code poster.draw}: {@code {"seed": 1, "width": 2400, "drops": 9000}} becomes a JPEG. Stops when
 * it is canceled, between two drops.
 */
final class DrawPoster implements Handler.Blocking {
  static final String NAME = "poster.draw";

  static OperationType type() {
    return OperationType.of(NAME, new DrawPoster())
        .withSlots(2)
        .describedAs("Draws an umbrella in the rain, and answers with a JPEG.");
  }

  @Override
  public Result perform(Input input, Context context) {
    var order = Json.object(input.bytes());
    int width = number(order, "width", 2_400);
    int drops = number(order, "drops", 9_000);
    if (width < Weather.WIDTH_MIN || width > Weather.WIDTH_MAX) {
      return refused("width is %d to %d pixels".formatted(Weather.WIDTH_MIN, Weather.WIDTH_MAX));
    }
    if (drops < 0 || drops > Weather.DROPS_MAX) {
      return refused("drops are 0 to %d".formatted(Weather.DROPS_MAX));
    }
    var image =
        Poster.draw(
            new Weather(number(order, "seed", 1), width, drops),
            fallen -> {
              context.progress(Progress.of(fallen, drops, "drop"));
              return !context.canceled();
            });
    if (context.canceled()) throw new CancellationException("nobody wants it any more");
    return Result.bytes(Pictures.jpeg(image), "image/jpeg");
  }

  private static int number(JsonNode order, String member, int otherwise) {
    return order.path(member).asInt(otherwise);
  }

  private static Result refused(String why) {
    return Result.failed("x_bad_order", 422, why);
  }
}
