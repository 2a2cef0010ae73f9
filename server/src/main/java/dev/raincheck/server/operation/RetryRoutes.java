package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType.Idempotency.Fingerprint;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Retry;
import dev.raincheck.operation.Submitted;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Doing the work of a finished operation again, as a new one. */
final class RetryRoutes {
  private static final String INPUT = "input";
  private static final Set<String> MEMBERS = Set.of(INPUT);

  private final Operations operations;
  private final OperationSettings settings;
  private final Callers callers;
  private final OperationLookup lookup;
  private final InputSchemas schemas;
  private final SubmitAnswers answers;
  private final KeysUnderWay keys = new KeysUnderWay(KeysUnderWay.PATIENCE);

  RetryRoutes(
      Operations operations,
      OperationSettings settings,
      Callers callers,
      OperationLookup lookup,
      InputSchemas schemas,
      SubmitAnswers answers) {
    this.operations = operations;
    this.settings = settings;
    this.callers = callers;
    this.lookup = lookup;
    this.schemas = schemas;
    this.answers = answers;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/operations/{id}/retry", this::retry)
            .creates()
            .varies(HeaderNames.PREFER)
            .takes(SubmitChecks.envelopeBytesMax(operations.types(), settings.bodyInMemoryMax())));
  }

  private Answer retry(Request request) {
    int bytesMax = SubmitChecks.envelopeBytesMax(operations.types(), settings.bodyInMemoryMax());
    SubmitChecks.refuseMediaType(request, SubmitChecks.JSON_ONLY, bytesMax);
    SubmitChecks.refuseWithoutAnyScope(request.principal());
    int tenant = callers.tenant(request.principal());
    var id = OperationLookup.id(request.pathParameter("id"));
    var old = lookup.find(tenant, id);
    var typeName = old.submission().type();
    SubmitChecks.refuseWithoutScope(request.principal(), typeName);
    boolean bulk = typeName.equals(BulkCancel.TYPE);
    if (bulk) SubmitChecks.refuseWithout(ListRoutes.CANCEL, request.principal());
    request.query().refuseAny();
    var headers = SubmitHeaders.read(request);
    var body = request.body(bytesMax);
    var wrongs = new Wrongs();
    var input = body.length == 0 ? null : input(typeName, body, wrongs);
    if (bulk && input != null) BulkFilter.read(tenant, input.bytes());

    var key = headers.key();
    var fingerprint = key == null ? Fingerprints.NONE : fingerprint(request, typeName, body);
    var wait = WaitWish.of(headers.prefer(), settings.maxWait());
    var asked = new SubmitAnswers.Asked(request.principal(), tenant, headers.prefer(), wait);
    var refusal =
        wrongs.none()
            ? callers.overQuota(request.principal())
            : Optional.of(wrongs.refusal());
    if (refusal.isPresent()) {
      return repeated(asked, id, key, fingerprint).orElseGet(refusal::get);
    }
    var how =
        new Retry(
            input, headers.runAt(), headers.deadline(), headers.traceparent(), key, fingerprint);
    return hand(asked, id, how);
  }

  private Answer hand(SubmitAnswers.Asked asked, OperationId id, Retry how) {
    CompletableFuture<Submitted> handed;
    try {
      handed = operations.retry(asked.tenant(), id, how);
    } catch (StoreException silent) {
      return OperationLookup.unavailable(); // while the old one was read: nothing was handed over
    }
    var key =
        how.key() == null
            ? null
            : new KeysUnderWay.Key(asked.tenant(), Operations.retryScope(id), how.key());
    var submitted = keys.settle(key, handed);
    return submitted instanceof Submitted.Refused
        ? repeated(asked, id, how.key(), how.fingerprint())
            .orElseGet(() -> answers.answer(asked, submitted, null))
        : answers.answer(asked, submitted, null);
  }

  private Optional<Answer> repeated(
      SubmitAnswers.Asked asked, OperationId id, @Nullable String key, byte[] fingerprint) {
    return answers.repeated(asked, Operations.retryScope(id), key, fingerprint);
  }

  /** The input that replaces the old one; a type that is no longer declared takes any JSON. */
  private @Nullable Input input(String typeName, byte[] body, Wrongs wrongs) {
    var tree = JsonObject.read(body, MEMBERS).findAny(INPUT).orElse(null);
    if (tree == null) return null;
    var bytes = Json.rawMember(body, INPUT).orElseThrow();
    var type = operations.types().find(typeName);
    return type.isPresent()
        ? EnvelopeInput.of(type.get(), tree, bytes, schemas, wrongs)
        : new Input(bytes, MediaTypes.JSON);
  }

  private byte[] fingerprint(Request request, String typeName, byte[] body) {
    var how =
        operations
            .types()
            .find(typeName)
            .map(type -> type.idempotency().fingerprint())
            .orElse(Fingerprint.RAW);
    var mediaType =
        body.length == 0 ? "" : MediaTypes.essence(request.contentType().orElse(""));
    return Fingerprints.of(how, Fingerprints.Form.RETRY, typeName, mediaType, body);
  }
}
