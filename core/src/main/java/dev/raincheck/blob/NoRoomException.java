package dev.raincheck.blob;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There is no room for a blob. What was written of it is gone when its writer is closed. */
public final class NoRoomException extends IOException {
  public NoRoomException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
