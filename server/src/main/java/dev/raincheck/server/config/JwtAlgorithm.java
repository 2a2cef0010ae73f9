package dev.raincheck.server.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a token may be signed. Public keys only: with a shared secret, who checks a token could make
 * one, and {@code none} is no signature.
 */
public enum JwtAlgorithm {
  RS256("RS256"),
  RS384("RS384"),
  RS512("RS512"),
  PS256("PS256"),
  PS384("PS384"),
  PS512("PS512"),
  ES256("ES256"),
  ES384("ES384"),
  ES512("ES512"),
  EDDSA("EdDSA");

  private final String word;

  JwtAlgorithm(String word) {
    this.word = word;
  }

  /** As in a token's header (RFC 7518, RFC 8037). */
  public String word() {
    return word;
  }

  public static Optional<JwtAlgorithm> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  @Override
  public String toString() {
    return word;
  }
}
