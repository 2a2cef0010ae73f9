package dev.raincheck.server.operation;

import dev.raincheck.ledger.Reader;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/** The filters in the body of a bulk cancel: typed as in a query, but for {@code dead}, a boolean. */
final class BulkFilter {
  private static final Set<String> NAMES = Set.copyOf(FilterTexts.NAMES);

  private BulkFilter() {}

  /**
   * @throws RefusedException 400 if it cannot be read, 422 if it says nothing or what cannot be
   */
  static Reader.Filter read(int tenant, byte[] body) {
    var object = BodyObject.read(body, NAMES);
    var texts = new HashMap<String, String>();
    for (var name : FilterTexts.NAMES) {
      var text =
          name.equals(FilterTexts.DEAD)
              ? object.truth(name).map(String::valueOf)
              : object.string(name);
      text.ifPresent(value -> texts.put(name, value));
    }
    return switch (new FilterTexts(texts).read(tenant)) {
      case FilterTexts.Read.Bad(var faults) ->
          throw invalid(
              "Some filters are not valid.",
              faults.stream()
                  .map(fault -> error(BodyObject.at(fault.name()), fault.detail()))
                  .toList());
      case FilterTexts.Read.Good(var filter) -> {
        texts.remove(FilterTexts.STATUS);
        if (texts.isEmpty()) throw unrestricted();
        yield filter;
      }
    };
  }

  /** So that an empty object, sent by mistake, does not cancel everything. */
  private static RefusedException unrestricted() {
    var detail = "Give at least one filter besides status.";
    return invalid(detail, List.of(error("#", detail)));
  }

  private static RefusedException invalid(String detail, List<Problem.Error> errors) {
    return Refusal.of(ProblemCode.VALIDATION_FAILED, detail).because(errors).asException();
  }

  private static Problem.Error error(String pointer, String detail) {
    return Problem.Error.atPointer(pointer, ProblemCode.VALIDATION_FAILED.code(), detail);
  }
}
