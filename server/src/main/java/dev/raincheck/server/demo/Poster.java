package dev.raincheck.server.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * Draws an umbrella in the rain, in front of a town. Shapes only: a machine without fonts can draw
 * it too.
 */
final class Poster {
  private static final int GORES = 6;
  private static final int DROPS_PER_STEP = 250;
  private static final double WIND = 0.22;

  private final Weather weather;
  private final Weather.Palette palette;
  private final SplittableRandom dice;
  private final BufferedImage image;
  private final Graphics2D graphics;
  private final double width;
  private final double height;
  private final double ground;
  private final double domeX;
  private final double domeY;
  private final double domeWide;
  private final double domeHigh;

  private Poster(Weather weather) {
    this.weather = weather;
    this.palette = weather.palette();
    this.dice = new SplittableRandom(weather.seed());
    this.image = new BufferedImage(weather.width(), weather.height(), BufferedImage.TYPE_INT_RGB);
    this.graphics = image.createGraphics();
    this.width = weather.width();
    this.height = weather.height();
    this.ground = height * 0.80;
    this.domeX = width * (0.44 + 0.12 * dice.nextDouble());
    this.domeY = height * 0.50;
    this.domeWide = width * 0.27;
    this.domeHigh = height * 0.32;
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
  }

  /**
   * Draws it all.
   *
   * @param goOn told every few drops how many have fallen; false ends it early
   */
  static BufferedImage draw(Weather weather, IntPredicate goOn) {
    var poster = new Poster(weather);
    try {
      poster.sky();
      poster.town();
      poster.street();
      poster.umbrella();
      poster.rain(goOn);
      return poster.image;
    } finally {
      poster.graphics.dispose();
    }
  }

  private void sky() {
    graphics.setPaint(
        new GradientPaint(0, 0, palette.skyTop(), 0, (float) ground, palette.skyLow()));
    graphics.fill(new Rectangle2D.Double(0, 0, width, height));
  }

  private void town() {
    for (double x = -width * 0.02; x < width; ) {
      double wide = width * (0.03 + 0.05 * dice.nextDouble());
      double high = height * (0.10 + 0.28 * dice.nextDouble());
      graphics.setColor(see(palette.town(), 215));
      graphics.fill(new Rectangle2D.Double(x, ground - high, wide, high));
      windows(x, ground - high, wide, high);
      x += wide * (0.9 + 0.4 * dice.nextDouble());
    }
  }

  private void windows(double left, double top, double wide, double high) {
    double size = width * 0.005;
    for (double y = top + 2 * size; y < top + high - 2 * size; y += 3 * size) {
      for (double x = left + size; x < left + wide - 2 * size; x += 2.4 * size) {
        if (dice.nextInt(100) >= 30) continue;
        graphics.setColor(see(palette.window(), 70 + dice.nextInt(150)));
        graphics.fill(new Rectangle2D.Double(x, y, size, 1.5 * size));
      }
    }
  }

  /** Wet enough to mirror the windows. */
  private void street() {
    graphics.setPaint(
        new GradientPaint(0, (float) ground, palette.town(), 0, (float) height, palette.skyTop()));
    graphics.fill(new Rectangle2D.Double(0, ground, width, height - ground));
    for (int i = 0; i < 260; i++) {
      double x = width * dice.nextDouble();
      double y = ground + (height - ground) * dice.nextDouble() * 0.8;
      double high = height * (0.01 + 0.05 * dice.nextDouble());
      graphics.setColor(see(i % 5 == 0 ? palette.one() : palette.window(), 12 + dice.nextInt(38)));
      graphics.fill(new Rectangle2D.Double(x, y, width * 0.004, high));
    }
  }

  private void umbrella() {
    handle();
    for (int gore = 0; gore < GORES; gore++) {
      var light = gore % 2 == 0 ? palette.one() : palette.other();
      var path = new Path2D.Double();
      path.moveTo(domeX, domeY - domeHigh);
      meridian(path, edge(gore), false);
      double middle = domeX + domeWide * (edge(gore) + edge(gore + 1)) / 2;
      path.quadTo(middle, domeY - domeHigh * 0.16, domeX + domeWide * edge(gore + 1), domeY);
      meridian(path, edge(gore + 1), true);
      path.closePath();
      graphics.setPaint(
          new GradientPaint(
              (float) (domeX - domeWide),
              (float) (domeY - domeHigh),
              light,
              (float) (domeX + domeWide),
              (float) domeY,
              light.darker()));
      graphics.fill(path);
      graphics.setColor(see(palette.town(), 90));
      graphics.setStroke(stroke(0.0012));
      graphics.draw(path);
    }
  }

  private void handle() {
    double foot = ground + height * 0.04;
    double hook = width * 0.022;
    graphics.setColor(palette.town().darker());
    graphics.setStroke(stroke(0.0055));
    graphics.draw(new Line2D.Double(domeX, domeY - domeHigh * 1.12, domeX, foot));
    var curve = new Path2D.Double();
    curve.moveTo(domeX, foot);
    curve.curveTo(
        domeX, foot + 2 * hook, domeX - 2 * hook, foot + 2 * hook, domeX - 2 * hook, foot);
    graphics.setColor(palette.one().darker());
    graphics.setStroke(stroke(0.0085));
    graphics.draw(curve);
  }

  /** Where a gore begins, from -1 at the left rim to 1 at the right. */
  private static double edge(int gore) {
    return 2.0 * gore / GORES - 1;
  }

  private void meridian(Path2D path, double edge, boolean upwards) {
    int steps = 24;
    for (int i = 1; i <= steps; i++) {
      double angle = Math.PI / 2 * (upwards ? steps - i : i) / steps;
      path.lineTo(domeX + domeWide * edge * Math.sin(angle), domeY - domeHigh * Math.cos(angle));
    }
  }

  private void rain(IntPredicate goOn) {
    for (int fallen = 0; fallen < weather.drops(); fallen++) {
      if (fallen % DROPS_PER_STEP == 0 && !goOn.test(fallen)) return;
      double x = width * (1.3 * dice.nextDouble() - 0.15);
      double y = height * dice.nextDouble();
      if (isDry(x, y)) continue;
      double length = height * (0.012 + 0.035 * dice.nextDouble());
      graphics.setColor(new Color(225, 235, 245, 25 + dice.nextInt(90)));
      graphics.setStroke(stroke(0.0004 + 0.0006 * dice.nextDouble()));
      graphics.draw(new Line2D.Double(x, y, x - WIND * length, y + length));
      if (y > ground && fallen % 6 == 0) splash(x, y);
    }
  }

  /**
   * Under the umbrella it does not rain: a drop is followed back, against the wind, to the rim's
   * height.
   */
  private boolean isDry(double x, double y) {
    double atRim = x + WIND * (y - domeY);
    return y > domeY - domeHigh * 0.1 && Math.abs(atRim - domeX) < domeWide;
  }

  private void splash(double x, double y) {
    double wide = width * (0.004 + 0.008 * dice.nextDouble());
    graphics.draw(new Ellipse2D.Double(x - wide / 2, y, wide, wide * 0.3));
  }

  private BasicStroke stroke(double share) {
    return new BasicStroke((float) (width * share), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  private static Color see(Color color, int alpha) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
  }
}
