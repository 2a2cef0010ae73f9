package dev.raincheck.ledger;

/** A store that cannot answer. The message says what to do and holds no data. */
public final class StoreException extends RuntimeException {
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreException(String message) {
    super(message);
  }
}
