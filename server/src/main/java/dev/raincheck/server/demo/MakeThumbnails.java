package dev.raincheck.server.demo;

import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code picture.thumbnails}: a PNG or JPEG becomes four thumbnails on one contact sheet, a PNG.
 */
final class MakeThumbnails implements Handler.Blocking {
  static final String NAME = "picture.thumbnails";
  private static final int THUMBNAILS = 4;

  static OperationType type() {
    return OperationType.of(NAME, new MakeThumbnails())
        .withSlots(2)
        .accepting(List.of("image/png", "image/jpeg"))
        .describedAs("Makes four thumbnails of a picture, and answers with a contact sheet (PNG).");
  }

  @Override
  public Result perform(Input input, Context context) {
    var picture = Pictures.read(input.bytes());
    if (picture.isEmpty()) {
      return Result.failed(
          "x_no_picture", 422, "The body is no PNG or JPEG of at most 40 megapixels.");
    }
    var thumbnails = new ArrayList<BufferedImage>();
    var next = picture.get();
    while (thumbnails.size() < THUMBNAILS) {
      context.progress(progress(thumbnails.size()).with("scaling"));
      next = half(next);
      thumbnails.add(next);
    }
    context.progress(progress(THUMBNAILS).with("laying out the contact sheet"));
    return Result.bytes(Pictures.png(sheet(thumbnails)), "image/png");
  }

  private static Progress progress(int made) {
    return Progress.of(made, THUMBNAILS, "thumbnail");
  }

  /**
   * Halved again and again, every pixel counts; scaled down in one go, thin rain would flicker
   * away.
   */
  private static BufferedImage half(BufferedImage from) {
    int width = Math.max(1, from.getWidth() / 2);
    int height = Math.max(1, from.getHeight() / 2);
    var to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(from, 0, 0, width, height, null);
    graphics.dispose();
    return to;
  }

  /** The largest at the left, the others below each other at its right. */
  private static BufferedImage sheet(List<BufferedImage> thumbnails) {
    var first = thumbnails.getFirst();
    int gap = Math.max(4, first.getWidth() / 40);
    int width = first.getWidth() + thumbnails.get(1).getWidth() + 3 * gap;
    int column = thumbnails.stream().skip(1).mapToInt(each -> each.getHeight() + gap).sum() - gap;
    int height = Math.max(first.getHeight(), column) + 2 * gap;
    var sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = sheet.createGraphics();
    graphics.setColor(new Color(0xf4f1ea));
    graphics.fillRect(0, 0, width, height);
    graphics.drawImage(first, gap, gap, null);
    int y = gap;
    for (var each : thumbnails.subList(1, thumbnails.size())) {
      graphics.drawImage(each, first.getWidth() + 2 * gap, y, null);
      y += each.getHeight() + gap;
    }
    graphics.dispose();
    return sheet;
  }
}
