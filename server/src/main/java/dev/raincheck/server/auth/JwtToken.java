package dev.raincheck.server.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A token taken apart, of which nothing is proved yet. It is read more strictly than libraries do:
 * one text for each token, no member twice, no extension that would change what is signed.
 *
 * @param algorithm as in its header
 * @param keyId names the key; null if the header does not
 * @param claims an object
 * @param signed what the signature is over
 */
@SuppressWarnings("ArrayRecordComponent")
record JwtToken(
    String algorithm, @Nullable String keyId, JsonNode claims, byte[] signed, byte[] signature) {
  /** Twice what the wordiest issuers make, half of what a header section may be. */
  static final int CHARS_MAX = 8_192;

  private static final int KEY_ID_CHARS_MAX = 512;
  private static final Set<String> TYPES =
      Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

  /** What reading gave. */
  sealed interface Parsed {
    record Good(JwtToken token) implements Parsed {}

    record Bad(JwtFault fault) implements Parsed {}
  }

  static Parsed parse(String text) {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (text.length() > CHARS_MAX || first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      return new Parsed.Bad(JwtFault.MALFORMED);
    }
    var header = object(text.substring(0, first));
    var claims = object(text.substring(first + 1, second));
    var signature = decoded(text.substring(second + 1));
    if (header.isEmpty() || claims.isEmpty() || signature.isEmpty()) {
      return new Parsed.Bad(JwtFault.MALFORMED);
    }
    var algorithm = header.get().get("alg");
    var keyId = header.get().get("kid");
    if (algorithm == null || !algorithm.isString() || keyId != null && !isKeyId(keyId)) {
      return new Parsed.Bad(JwtFault.MALFORMED);
    }
    if (asksForMore(header.get())) return new Parsed.Bad(JwtFault.HEADER);
    return new Parsed.Good(
        new JwtToken(
            algorithm.stringValue(),
            keyId == null ? null : keyId.stringValue(),
            claims.get(),
            text.substring(0, second).getBytes(US_ASCII),
            signature.get()));
  }

  /** A name is only ever compared: never part of a path, a query or a file. */
  private static boolean isKeyId(JsonNode keyId) {
    return keyId.isString()
        && !keyId.stringValue().isEmpty()
        && keyId.stringValue().length() <= KEY_ID_CHARS_MAX;
  }

  /**
   * Extensions that must be understood, unencoded content, a token inside, or another kind of token.
   * Keys and their URLs in a header ({@code jwk}, {@code jku}, {@code x5u}) are not even looked at.
   */
  private static boolean asksForMore(JsonNode header) {
    if (header.has("crit") || header.has("b64") || header.has("cty")) return true;
    var type = header.get("typ");
    if (type == null) return false;
    return !type.isString() || !TYPES.contains(lowerCase(type.stringValue()));
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Optional<JsonNode> object(String part) {
    return decoded(part)
        .map(Json::read)
        .filter(Reading.Value.class::isInstance)
        .map(reading -> ((Reading.Value) reading).root())
        .filter(JsonNode::isObject);
  }

  /** Base64url without padding, in its one form. */
  private static Optional<byte[]> decoded(String part) {
    if (part.isEmpty()) return Optional.empty();
    try {
      var bytes = Base64.getUrlDecoder().decode(part);
      var again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      return again.equals(part) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
  }
}
