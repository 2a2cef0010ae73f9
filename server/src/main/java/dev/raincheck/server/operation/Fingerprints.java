package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Sha256;
import dev.raincheck.operation.OperationType.Idempotency.Fingerprint;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.security.MessageDigest;

/**
 * What tells two requests with one key apart: SHA-256 over the form of the request, the type, the
 * media type and the body. Headers are not part of it: the first request's values count.
 */
final class Fingerprints {
  static final byte[] NONE = {};

  private Fingerprints() {}

  /** How an operation was asked for. */
  enum Form {
    /** The body is the input: the operations route with a type, and declared routes. */
    INPUT,
    ENVELOPE,
    RETRY
  }

  /**
   * @param mediaType bare; empty without a body
   */
  static byte[] of(Fingerprint how, Form form, String type, String mediaType, byte[] body) {
    return switch (how) {
      case NONE -> NONE;
      case RAW -> sha256(form, type, mediaType, body);
      case JCS -> sha256(form, type, mediaType, canonical(mediaType, body));
    };
  }

  /**
   * Begins the fingerprint of a body that comes as a stream: whoever reads it adds its bytes. It is that of
   * the same body in memory, unless that would be compared as JSON.
   */
  static MessageDigest begin(Form form, String type, String mediaType) {
    var word =
        switch (form) {
          case INPUT -> "input";
          case ENVELOPE -> "envelope";
          case RETRY -> "retry";
        };
    var digest = Sha256.begin();
    // None of the three can hold a line break, so no two requests run into the same bytes.
    digest.update((word + "\n" + type + "\n" + mediaType + "\n").getBytes(UTF_8));
    return digest;
  }

  private static byte[] canonical(String mediaType, byte[] body) {
    boolean json = MediaTypes.isJson(mediaType) && body.length > 0;
    return json && Json.read(body) instanceof Reading.Value(var root) ? Jcs.canonical(root) : body;
  }

  private static byte[] sha256(Form form, String type, String mediaType, byte[] body) {
    return begin(form, type, mediaType).digest(body);
  }
}
