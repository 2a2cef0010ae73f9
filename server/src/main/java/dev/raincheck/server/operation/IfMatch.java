package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import org.jspecify.annotations.Nullable;

/** The precondition of a change: that the operation still is as the client saw it. */
final class IfMatch {
  private final Etags etags;

  IfMatch(Etags etags) {
    this.etags = etags;
  }

  /**
   * The revision that the operation must still have when it is changed; null for any.
   *
   * @param current as it was just read
   * @throws RefusedException 412 if none of the entity tags is its own; weak ones never are
   */
  @Nullable Long revision(Request request, Operation current) {
    var lines = request.headers(HeaderNames.IF_MATCH);
    if (lines.isEmpty()) return null;
    var tags = EntityTags.parse(lines);
    if (tags.contains("*")) return null;
    if (tags.contains(etags.of(current))) return current.revision();
    throw failed().asException();
  }

  static Refusal failed() {
    return Refusal.ofHeader(
        ProblemCode.PRECONDITION_FAILED,
        HeaderNames.IF_MATCH,
        "The operation has changed since: read it again and decide anew.");
  }
}
