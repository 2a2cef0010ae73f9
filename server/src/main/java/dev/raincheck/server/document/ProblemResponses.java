package dev.raincheck.server.document;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import java.net.URI;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The refusals of an operation of the document: one response a status, shared where they are the same. */
final class ProblemResponses {
  /** What any request can be refused with, by the front alone. */
  private static final List<ProblemCode> ANY =
      List.of(
          ProblemCode.INVALID_REQUEST,
          ProblemCode.REQUEST_TIMEOUT,
          ProblemCode.PAYLOAD_TOO_LARGE,
          ProblemCode.URI_TOO_LONG,
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          ProblemCode.EXPECTATION_FAILED,
          ProblemCode.HEADERS_TOO_LARGE,
          ProblemCode.INTERNAL,
          ProblemCode.OVERLOADED,
          ProblemCode.HTTP_VERSION_NOT_SUPPORTED);

  private static final List<ProblemCode> WITH_CREDENTIAL =
      List.of(
          ProblemCode.UNAUTHORIZED,
          ProblemCode.INSUFFICIENT_SCOPE,
          ProblemCode.QUOTA_EXCEEDED,
          ProblemCode.UNAVAILABLE);

  private static final String INSTANCE = "urn:request:req_06DQ4T9V1CQZ8V2K7N3M5R6S7T";

  private final ObjectNode components;
  private final URI publicUrl;

  /**
   * @param components the document's {@code components/responses}, where shared ones are put
   */
  ProblemResponses(ObjectNode components, URI publicUrl) {
    this.components = components;
    this.publicUrl = publicUrl;
  }

  /**
   * Of which kind a route is, as far as its refusals go.
   *
   * @param open whether it needs no credential
   * @param creating whether it tells an outcome
   * @param ticketed whether it looks at tickets
   * @param name sets responses apart that have headers of their own; empty if they have none
   * @param more such headers
   * @param ownCodes whether it passes on codes of operation types
   */
  record Kind(
      boolean open, boolean creating, boolean ticketed, String name, JsonNode more, boolean ownCodes) {}

  /** Adds them to {@code responses}, where no answer with that status is written down already. */
  void addTo(ObjectNode responses, Collection<String> codes, Kind kind) {
    var all = EnumSet.noneOf(ProblemCode.class);
    all.addAll(ANY);
    if (!kind.open()) all.addAll(WITH_CREDENTIAL);
    if (kind.ticketed()) all.add(ProblemCode.TICKET_INVALID);
    codes.forEach(code -> all.add(known(code)));

    var byStatus =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    ProblemCode::status,
                    TreeMap::new,
                    Collectors.toCollection(() -> EnumSet.noneOf(ProblemCode.class))));
    byStatus.forEach(
        (status, some) -> {
          if (responses.has(status.toString())) return;
          responses
              .putObject(status.toString())
              .put("$ref", "#/components/responses/" + shared(status, some, kind));
        });
  }

  private static ProblemCode known(String code) {
    return ProblemCode.of(code)
        .orElseThrow(() -> new IllegalStateException("openapi.yaml names no code: " + code));
  }

  private String shared(int status, Set<ProblemCode> codes, Kind kind) {
    var name =
        status
            + codes.stream().map(code -> "-" + code.code()).collect(Collectors.joining())
            + (kind.open() ? "-open" : kind.creating() ? "-submit" : "")
            + (kind.name().isEmpty() ? "" : "-" + kind.name());
    if (!components.has(name)) components.set(name, response(status, codes, kind));
    return name;
  }

  private ObjectNode response(int status, Set<ProblemCode> codes, Kind kind) {
    var response = components.objectNode();
    response.put(
        "description",
        codes.stream()
            .map(code -> "`%s`: %s.".formatted(code.code(), code.title()))
            .collect(Collectors.joining(" ")));
    var headers = response.putObject("headers");
    UsualHeaders.addTo(headers, !kind.open());
    var sure = status < 500 || status == 503;
    if (kind.creating() && sure) UsualHeaders.put(headers, "Raincheck-Outcome", "NotAccepted");
    switch (status) {
      case 401 -> UsualHeaders.put(headers, "WWW-Authenticate", "Challenge");
      case 415 -> UsualHeaders.put(headers, "Accept-Post", "AcceptPost");
      case 416 -> UsualHeaders.put(headers, "Content-Range", "ContentRange");
      case 429, 503 -> UsualHeaders.put(headers, "Retry-After", "RetryAfterAlways");
      default -> {}
    }
    kind.more().properties().forEach(header -> headers.set(header.getKey(), header.getValue()));

    var media = response.putObject("content").putObject(Problem.MEDIA_TYPE);
    var all = media.putObject("schema").putArray("allOf");
    all.addObject().put("$ref", "#/components/schemas/Problem");
    var narrowed = all.addObject().putObject("properties");
    narrowed.putObject("status").put("const", status);
    var code = narrowed.putObject("code");
    if (!kind.ownCodes()) {
      var words = code.putArray("enum");
      codes.forEach(each -> words.add(each.code()));
    }
    var examples = media.putObject("examples");
    codes.forEach(each -> example(examples.putObject(each.code()), each));
    return response;
  }

  private void example(ObjectNode example, ProblemCode code) {
    example.put("summary", code.title());
    example
        .putObject("value")
        .put("type", publicUrl + "/problems/" + code.code())
        .put("title", code.title())
        .put("status", code.status())
        .put("detail", code.when() + " " + code.remedy())
        .put("instance", INSTANCE)
        .put("code", code.code())
        .put("retryable", code.retryable());
  }
}
