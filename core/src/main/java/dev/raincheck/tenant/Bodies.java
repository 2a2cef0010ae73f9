package dev.raincheck.tenant;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The bodies of this package's documents. Each begins with the number of its format. */
final class Bodies {
  private static final int FORMAT = 1;
  private static final int HASH_BYTES = 32;

  /** No moment that a key could have. */
  private static final long NEVER = Long.MIN_VALUE;

  private Bodies() {}

  /** A key and the SHA-256 of its secret. */
  record Stored(ApiKey key, byte[] hash) {}

  static byte[] number(int number) {
    return write(out -> out.writeInt(number));
  }

  static int number(byte[] body) {
    return read(body, DataInputStream::readInt);
  }

  static byte[] key(ApiKey key, byte[] hash) {
    return write(
        out -> {
          out.write(hash);
          out.writeUTF(key.name());
          out.writeInt(key.tenantNumber());
          out.writeUTF(key.tenant());
          out.writeByte(key.scopes().words().size());
          for (var scope : key.scopes().words()) out.writeUTF(scope);
          out.writeLong(key.createdAt().toEpochMilli());
          out.writeLong(millis(key.expiresAt()));
          out.writeLong(millis(key.revokedAt()));
        });
  }

  static Stored key(String id, byte[] body) {
    return read(
        body,
        in -> {
          var hash = in.readNBytes(HASH_BYTES);
          var name = in.readUTF();
          int tenantNumber = in.readInt();
          var tenant = in.readUTF();
          var scopes = new ArrayList<String>();
          for (int n = in.readUnsignedByte(); n > 0; n--) scopes.add(in.readUTF());
          var key =
              new ApiKey(
                  id,
                  name,
                  tenant,
                  tenantNumber,
                  Scopes.of(scopes),
                  Instant.ofEpochMilli(in.readLong()),
                  instant(in.readLong()),
                  instant(in.readLong()),
                  null);
          return new Stored(key, hash);
        });
  }

  private static long millis(@Nullable Instant instant) {
    return instant == null ? NEVER : instant.toEpochMilli();
  }

  private static @Nullable Instant instant(long millis) {
    return millis == NEVER ? null : Instant.ofEpochMilli(millis);
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Parsing<T> {
    T from(DataInputStream in) throws IOException;
  }

  private static byte[] write(Writing content) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      content.to(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws UncheckedIOException or {@link IllegalArgumentException} if a newer version wrote it or
   *     it is damaged
   */
  private static <T> T read(byte[] body, Parsing<T> content) {
    try (var in = new DataInputStream(new ByteArrayInputStream(body))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) throw new IOException("format %d is not known here".formatted(format));
      return content.from(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
