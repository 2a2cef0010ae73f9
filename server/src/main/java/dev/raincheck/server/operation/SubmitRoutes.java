package dev.raincheck.server.operation;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.OperationType.Idempotency.Fingerprint;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Submitted;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.blob.Uploads;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.BodyContent;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Submits, in three forms: with the type in the path, with a declared path of the type's own, and in
 * an envelope that says everything. Each method is the contract's order of refusals, top down.
 */
final class SubmitRoutes {
  private final Operations operations;
  private final OperationSettings settings;
  private final Callers callers;
  private final InputSchemas schemas;
  private final SubmitAnswers answers;
  private final KeysUnderWay keys = new KeysUnderWay(KeysUnderWay.PATIENCE);

  SubmitRoutes(
      Operations operations,
      OperationSettings settings,
      Callers callers,
      InputSchemas schemas,
      SubmitAnswers answers) {
    this.operations = operations;
    this.settings = settings;
    this.callers = callers;
    this.schemas = schemas;
    this.answers = answers;
  }

  /**
   * @throws IllegalArgumentException if a declared route names a type that is not there
   */
  List<Route> routes() {
    // Scopes are looked at inside, because a type's own 413 and 415 come first.
    var routes = new ArrayList<Route>();
    routes.add(
        submit("/v1/operations", this::envelope)
            .takes(SubmitChecks.envelopeBytesMax(operations.types(), settings.bodyInMemoryMax())));
    routes.add(
        submit("/v1/operations/{type}", request -> raw(request, request.pathParameter("type")))
            .takes(SubmitChecks.inputBytesMax(operations.types())));
    settings
        .declaredRoutes()
        .forEach(
            (path, name) -> {
              var type =
                  findType(name)
                      .orElseThrow(
                          () -> new IllegalArgumentException("%s: no type %s".formatted(path, name)));
              routes.add(submit(path, request -> raw(request, name)).takes(type.inputMax()));
            });
    return routes;
  }

  private static Route submit(String path, Route.Handler handler) {
    return Route.post(path, handler).creates().varies(HeaderNames.PREFER);
  }

  // ---- the body is the input

  private Answer raw(Request request, String name) {
    var found = findType(name);
    found.ifPresent(
        type -> {
          request.refuseBodyLongerThan(type.inputMax());
          SubmitChecks.refuseMediaType(request, type.accepts(), type.inputMax());
        });
    SubmitChecks.refuseWithoutScope(request.principal(), name);
    var type = found.orElseThrow(() -> SubmitChecks.noSuchType(name, null));
    request.query().refuseAny();
    var headers = SubmitHeaders.read(request);
    SubmitChecks.refuseWithoutKey(type, headers);
    var wrongs = new Wrongs();
    int tenant = callers.tenant(request.principal());
    var taken = take(request, type, tenant, headers.key() != null, wrongs);

    var key = headers.key();
    var fingerprint = taken.fingerprint();
    var tags = headers.tags();
    var what =
        new NewOperation(
            tenant,
            name,
            taken.input(),
            headers.runAt(),
            null,
            headers.deadline(),
            Map.of(),
            tags == null ? List.of() : tags,
            headers.correlationId(),
            headers.traceparent(),
            key,
            fingerprint,
            null,
            null);
    return hand(request, headers.prefer(), what, wrongs);
  }

  /** @param fingerprint of the request; empty if nobody will ask for it */
  @SuppressWarnings("ArrayRecordComponent")
  private record Taken(@Nullable Input input, byte[] fingerprint) {}

  /** Takes the body in: a short one is looked into, a long one goes to the blob store as it comes. */
  private Taken take(
      Request request, OperationType type, int tenant, boolean keyed, Wrongs wrongs) {
    int memoryMax = (int) Math.min(settings.bodyInMemoryMax(), type.inputMax());
    var fingerprint = keyed ? type.idempotency().fingerprint() : Fingerprint.NONE;
    return switch (request.content(memoryMax, type.inputMax())) {
      case BodyContent.Whole(byte[] body) -> {
        var contentType = body.length == 0 ? "" : request.contentType().orElse("").strip();
        var mediaType = MediaTypes.essence(contentType);
        if (MediaTypes.isJson(mediaType) || body.length == 0) check(type, body, wrongs);
        yield new Taken(
            body.length == 0 ? null : new Input(body, contentType),
            Fingerprints.of(fingerprint, Fingerprints.Form.INPUT, type.name(), mediaType, body));
      }
      case BodyContent.Streamed(var stream) -> {
        var contentType = request.contentType().orElse("").strip();
        var digest =
            Fingerprints.begin(
                Fingerprints.Form.INPUT, type.name(), MediaTypes.essence(contentType));
        var body = fingerprint == Fingerprint.NONE ? stream : new DigestInputStream(stream, digest);
        var input = Uploads.take(operations.blobs(), tenant, body, contentType, memoryMax);
        yield new Taken(
            input, fingerprint == Fingerprint.NONE ? Fingerprints.NONE : digest.digest());
      }
    };
  }

  /** JSON must be JSON; a type with a schema asks more of it. */
  private void check(OperationType type, byte[] body, Wrongs wrongs) {
    if (body.length == 0) {
      schemas.validate(type.name(), null, "#", wrongs);
    } else if (!schemas.has(type.name())) {
      Json.check(body)
          .ifPresent(
              why -> {
                throw Wrongs.unreadable(why);
              });
    } else {
      switch (Json.read(body)) {
        case Reading.Broken(var why) -> throw Wrongs.unreadable(why);
        case Reading.Value(var root) -> schemas.validate(type.name(), root, "#", wrongs);
      }
    }
  }

  // ---- the envelope

  private Answer envelope(Request request) {
    int bytesMax = SubmitChecks.envelopeBytesMax(operations.types(), settings.bodyInMemoryMax());
    SubmitChecks.refuseMediaType(request, SubmitChecks.JSON_ONLY, bytesMax);
    SubmitChecks.refuseWithoutAnyScope(request.principal());
    request.query().refuseAny();
    var headers = SubmitHeaders.read(request);
    var body = request.body(bytesMax);
    var wrongs = new Wrongs();
    var envelope = Envelope.read(body, headers, wrongs);
    var name = envelope.type();
    if (name == null) {
      var missing = new Wrongs();
      missing.at("#/type", "Say which type of operation this is.");
      return missing.refusal();
    }
    SubmitChecks.refuseWithoutScope(request.principal(), name);
    var type = findType(name).orElseThrow(() -> SubmitChecks.noSuchType(name, "#/type"));
    SubmitChecks.refuseWithoutKey(type, headers);
    var input =
        EnvelopeInput.of(type, envelope.inputTree(), envelope.inputBytes(), schemas, wrongs);

    var key = headers.key();
    var fingerprint =
        key == null
            ? Fingerprints.NONE
            : Fingerprints.of(
                type.idempotency().fingerprint(),
                Fingerprints.Form.ENVELOPE,
                name,
                MediaTypes.essence(request.contentType().orElse("")),
                body);
    var what =
        new NewOperation(
            callers.tenant(request.principal()),
            name,
            input,
            envelope.runAt(),
            envelope.startBy(),
            envelope.deadline(),
            envelope.metadata(),
            envelope.tags(),
            envelope.correlationId(),
            headers.traceparent(),
            key,
            fingerprint,
            envelope.parent(),
            null);
    return hand(request, headers.prefer(), what, wrongs);
  }

  // ---- both

  private Answer hand(Request request, Prefer prefer, NewOperation what, Wrongs wrongs) {
    var wait = WaitWish.of(prefer, settings.maxWait());
    var asked = new SubmitAnswers.Asked(request.principal(), what.tenant(), prefer, wait);
    var refusal =
        wrongs.none()
            ? callers.overQuota(request.principal())
            : Optional.of(wrongs.refusal());
    if (refusal.isPresent()) {
      operations.discard(what.input());
      return repeated(asked, what).orElseGet(refusal::get);
    }

    Operations.Watched watched;
    try {
      // Who does not wait for the end needs no entry among those who do.
      watched =
          wait.any()
              ? operations.submitAndWatch(what)
              : new Operations.Watched(operations.submit(what), null);
    } catch (StoreException silent) {
      operations.discard(what.input());
      return OperationLookup.unavailable(); // while the parent was looked up: nothing was handed over
    }
    return answer(asked, what, watched);
  }

  private Answer answer(SubmitAnswers.Asked asked, NewOperation what, Operations.Watched watched) {
    Submitted submitted;
    try {
      submitted = keys.settle(KeysUnderWay.of(what), watched.submitted());
    } catch (StoreException | RefusedException unsettled) {
      watched.stopWaiting();
      throw unsettled;
    }
    boolean refused =
        submitted instanceof Submitted.NoSuchParent || submitted instanceof Submitted.Refused;
    var repeated = refused ? repeated(asked, what) : Optional.<Answer>empty();
    if (repeated.isEmpty()) return answers.answer(asked, submitted, watched.end());
    watched.stopWaiting();
    return repeated.get();
  }

  /** A repeated request is answered as such, whatever would be wrong with a new one. */
  private Optional<Answer> repeated(SubmitAnswers.Asked asked, NewOperation what) {
    return answers.repeated(asked, what.type(), what.key(), what.fingerprint());
  }

  private Optional<OperationType> findType(String name) {
    return operations.types().find(name).filter(type -> !type.isReserved());
  }
}
