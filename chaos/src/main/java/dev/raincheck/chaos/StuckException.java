package dev.raincheck.chaos;

/** Something that was promised to end does not end. */
final class StuckException extends Exception {
  StuckException(String message) {
    super(message);
  }
}
