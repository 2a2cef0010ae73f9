package dev.raincheck.server.operation;

import dev.raincheck.ledger.Sha256;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Header;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import java.util.List;

/** A representation that stays what it is, with a validator. */
@SuppressWarnings("ArrayRecordComponent")
public record Document(String contentType, byte[] bytes, String etag) {

  public static Document of(String contentType, byte[] bytes) {
    return new Document(contentType, bytes, Digests.etag(Sha256.of(bytes)));
  }

  public static Document json(byte[] bytes) {
    return of("application/json", bytes);
  }

  /** 200, or 304 for who has it already. */
  Response answer(Request request) {
    return answer(request, OperationHeaders.REVALIDATE, List.of());
  }

  /**
   * The same for documents of another kind.
   *
   * @param more headers, on both
   */
  public Response answer(Request request, String cacheControl, List<Header> more) {
    boolean known = EntityTags.matchWeakly(request.headers(HeaderNames.IF_NONE_MATCH), etag);
    var answer =
        Response.status(known ? 304 : 200)
            .header(HeaderNames.ETAG, etag)
            .cacheControl(cacheControl);
    for (var header : more) answer.header(header.name(), header.value());
    return known ? answer.empty() : answer.body(contentType, bytes);
  }
}
