package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Query;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectWriteContext;

/** A tenant's operations, newest first, page by page. */
final class ListRoute {
  private static final String CURSOR = "cursor";
  private static final String LIMIT = "limit";
  private static final int LIMIT_DEFAULT = 25;
  private static final Pattern A_LIMIT = Pattern.compile("[1-9][0-9]?|100");

  private final Operations operations;
  private final Callers callers;
  private final OperationDocument documents;
  private final OperationUrls urls;
  private final Cursors cursors;

  ListRoute(
      Operations operations,
      Callers callers,
      OperationDocument documents,
      OperationUrls urls,
      Cursors cursors) {
    this.operations = operations;
    this.callers = callers;
    this.documents = documents;
    this.urls = urls;
    this.cursors = cursors;
  }

  Answer answer(Request request) {
    int tenant = callers.tenant(request.principal());
    var query = request.query();
    var texts = texts(query);
    var filter = filter(tenant, texts);
    int limit = limit(query);
    var after = after(filter, query);

    Reader.Page page;
    try {
      page = operations.list(filter, after, limit);
    } catch (StoreException silent) {
      return OperationLookup.unavailable();
    }
    var next = page.next() == null ? null : cursors.write(filter, page.next());
    var answer = Response.status(200).cacheControl(OperationHeaders.REVALIDATE);
    if (next != null) answer.header(HeaderNames.LINK, link(texts, query, next));
    return answer.json(body(page, next));
  }

  private static Map<String, String> texts(Query query) {
    var texts = new LinkedHashMap<String, String>();
    for (var name : FilterTexts.NAMES) {
      query.single(name).ifPresent(text -> texts.put(name, text));
    }
    return texts;
  }

  private static Reader.Filter filter(int tenant, Map<String, String> texts) {
    return switch (new FilterTexts(texts).read(tenant)) {
      case FilterTexts.Read.Good(var filter) -> filter;
      case FilterTexts.Read.Bad(var faults) ->
          throw Refusal.of(ProblemCode.INVALID_REQUEST, faults.getFirst().detail())
              .because(
                  faults.stream()
                      .map(
                          fault ->
                              Problem.Error.inParameter(
                                  fault.name(),
                                  ProblemCode.INVALID_REQUEST.code(),
                                  fault.detail()))
                      .toList())
              .asException();
    };
  }

  private static int limit(Query query) {
    var text = query.single(LIMIT).orElse(null);
    if (text == null) return LIMIT_DEFAULT;
    if (A_LIMIT.matcher(text).matches()) return Integer.parseInt(text);
    throw Refusal.ofParameter(
            ProblemCode.INVALID_REQUEST, LIMIT, "'limit' is a whole number from 1 to 100.")
        .asException();
  }

  private Reader.@Nullable Position after(Reader.Filter filter, Query query) {
    var text = query.single(CURSOR).orElse(null);
    if (text == null) return null;
    return cursors
        .read(filter, text)
        .orElseThrow(
            () ->
                Refusal.ofParameter(
                        ProblemCode.CURSOR_INVALID,
                        CURSOR,
                        "The cursor is not one that this list gave with these filters: begin"
                            + " without one.")
                    .asException());
  }

  /** The same list from the cursor on: what was asked is repeated as it was asked. */
  private String link(Map<String, String> texts, Query query, String cursor) {
    var parameters = new StringBuilder();
    texts.forEach((name, text) -> parameter(parameters, name, text));
    query.single(LIMIT).ifPresent(text -> parameter(parameters, LIMIT, text));
    parameter(parameters, CURSOR, cursor);
    return "<%s?%s>; rel=\"next\"".formatted(urls.at("/v1/operations"), parameters);
  }

  /** All values passed their filter's rule, so they are ASCII without spaces. */
  private static void parameter(StringBuilder into, String name, String value) {
    if (!into.isEmpty()) into.append('&');
    into.append(name).append('=').append(URLEncoder.encode(value, UTF_8));
  }

  private byte[] body(Reader.Page page, @Nullable String next) {
    var bytes = new ByteArrayOutputStream(4_096);
    try (var json = OperationDocument.JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("data");
      page.operations().forEach(operation -> documents.inList(json, operation));
      json.writeEndArray();
      json.writeBooleanProperty("has_more", next != null);
      if (next == null) {
        json.writeNullProperty("next_cursor");
      } else {
        json.writeStringProperty("next_cursor", next);
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
