package dev.raincheck.server.operation;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;

/** A representation that stays what it is, with a validator. */
@SuppressWarnings("ArrayRecordComponent")
record Document(String contentType, byte[] bytes, String etag) {

  static Document of(String contentType, byte[] bytes) {
    return new Document(contentType, bytes, Digests.etag(Digests.sha256(bytes)));
  }

  static Document json(byte[] bytes) {
    return of("application/json", bytes);
  }

  /** 200, or 304 for who has it already. */
  Response answer(Request request) {
    boolean known = EntityTags.matchWeakly(request.headers(HeaderNames.IF_NONE_MATCH), etag);
    var answer =
        Response.status(known ? 304 : 200)
            .header(HeaderNames.ETAG, etag)
            .cacheControl(OperationHeaders.REVALIDATE);
    return known ? answer.empty() : answer.body(contentType, bytes);
  }
}
