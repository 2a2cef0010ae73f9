package dev.raincheck.server.demo;

import java.awt.Color;

/**
 * What a picture shows beside its umbrella.
 *
 * @param seed the same seed draws the same picture
 * @param width pixels
 * @param drops how many drops fall
 */
record Weather(long seed, int width, int drops) {
  static final int WIDTH_MIN = 300;
  static final int WIDTH_MAX = 4_000;
  static final int DROPS_MAX = 4_000_000;

  /** The colours of an hour of the day. */
  record Palette(Color skyTop, Color skyLow, Color town, Color window, Color one, Color other) {}

  private static final Palette[] PALETTES = {
    new Palette(
        rgb(0x1d2b53), rgb(0xe07a5f), rgb(0x1a2340), rgb(0xffd166), rgb(0xd62839), rgb(0xfff1e0)),
    new Palette(
        rgb(0x2f4858), rgb(0x9fc4c7), rgb(0x2a3d48), rgb(0xfff3b0), rgb(0xf4b400), rgb(0xfffaf0)),
    new Palette(
        rgb(0x0b1026), rgb(0x4b3f72), rgb(0x090d1d), rgb(0xffb347), rgb(0x119da4), rgb(0xf3f7f0)),
  };

  Palette palette() {
    return PALETTES[Math.floorMod(seed - 1, PALETTES.length)];
  }

  int height() {
    return width * 2 / 3;
  }

  private static Color rgb(int value) {
    return new Color(value);
  }
}
