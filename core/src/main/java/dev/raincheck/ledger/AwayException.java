package dev.raincheck.ledger;

/**
 * The store cannot be reached for now; nothing happened. New work is refused until it is back, and work
 * under way goes on.
 */
public final class AwayException extends RuntimeException {
  public AwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
