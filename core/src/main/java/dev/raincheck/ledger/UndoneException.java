package dev.raincheck.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The store has undone a transaction before its commit (a collision with another node, a connection that
 * was cut): nothing happened, and all of it may be tried again at once.
 */
public final class UndoneException extends RuntimeException {
  public UndoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
