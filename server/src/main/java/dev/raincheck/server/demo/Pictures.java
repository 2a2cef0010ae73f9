package dev.raincheck.server.demo;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** Pictures as bytes. */
final class Pictures {
  /** A small file can unfold into a picture that fills the memory; ours have 4 million pixels. */
  private static final long PIXELS_MAX = 40_000_000;

  /** Under the 1 MiB that an input may have, with room to spare. */
  private static final int JPEG_BYTES_MAX = 1_000_000;

  private static final float[] QUALITIES = {0.9f, 0.8f, 0.65f, 0.5f, 0.3f};

  private Pictures() {}

  /** The picture in the best quality that is small enough to be an input. */
  static byte[] jpeg(BufferedImage image) {
    byte[] bytes = {};
    for (float quality : QUALITIES) {
      bytes = jpeg(image, quality);
      if (bytes.length <= JPEG_BYTES_MAX) break;
    }
    return bytes;
  }

  private static byte[] jpeg(BufferedImage image, float quality) {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var bytes = new ByteArrayOutputStream(JPEG_BYTES_MAX);
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      var settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static byte[] png(BufferedImage image) {
    var bytes = new ByteArrayOutputStream(1 << 20);
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The picture; empty if the bytes are none, or one that is too large. */
  static Optional<BufferedImage> read(byte[] bytes) {
    try (var in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      var readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) return Optional.empty();
      var reader = readers.next();
      try {
        reader.setInput(in);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        return pixels > PIXELS_MAX ? Optional.empty() : Optional.of(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException broken) {
      return Optional.empty(); // Image readers meet broken pictures with exceptions of many kinds.
    }
  }
}
