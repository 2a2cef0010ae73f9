package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import java.util.List;
import java.util.Optional;

/**
 * Validators of an operation's document: strong, opaque, and changed exactly when the document is.
 * The revision alone is not enough, because the links are built from the base URL.
 */
final class Etags {
  private final String prefix;

  Etags(OperationUrls urls) {
    this.prefix = "\"" + Integer.toUnsignedString(urls.base().hashCode(), 36) + "-";
  }

  String of(Operation operation) {
    return of(operation.revision());
  }

  String of(long revision) {
    return prefix + Long.toString(revision, 36) + "\"";
  }

  /** Whether {@code If-None-Match} names this state. Compared weakly, as RFC 9110 says. */
  boolean isNamed(List<String> ifNoneMatch, Operation operation) {
    if (ifNoneMatch.isEmpty()) return false;
    return EntityTags.matchWeakly(ifNoneMatch, of(operation));
  }

  /** The revision that an entity tag of ours stands for; empty for any other. */
  Optional<Long> revision(String etag) {
    if (!etag.startsWith(prefix) || !etag.endsWith("\"")) return Optional.empty();
    var digits = etag.substring(prefix.length(), etag.length() - 1);
    try {
      long revision = Long.parseLong(digits, 36);
      // "+1" and "01" are other tags than "1", although they are the same number.
      return Long.toString(revision, 36).equals(digits) ? Optional.of(revision) : Optional.empty();
    } catch (NumberFormatException foreign) {
      return Optional.empty();
    }
  }
}
