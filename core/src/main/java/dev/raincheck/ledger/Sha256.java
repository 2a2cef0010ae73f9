package dev.raincheck.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, looked up once and cloned for each use: the look-up costs more than a short input. */
public final class Sha256 {
  private static final MessageDigest UNUSED = provided();

  private Sha256() {}

  /** The digest of these bytes. */
  public static byte[] of(byte[] bytes) {
    return begin().digest(bytes);
  }

  /** A digest that is still to be fed. */
  public static MessageDigest begin() {
    try {
      return (MessageDigest) UNUSED.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest provided() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
