package dev.raincheck.server.operation;

import dev.raincheck.ledger.Reader;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.json.JsonBody;
import dev.raincheck.server.json.Members;
import java.util.HashMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The filters in a bulk cancel's body: typed as in a query, but for {@code dead}, a boolean. */
final class BulkFilter {
  private static final Set<String> NAMES = Set.copyOf(FilterTexts.NAMES);

  private BulkFilter() {}

  /**
   * @param body empty for no filter
   * @throws RefusedException 400 if it cannot be read, 422 if it says nothing or what cannot be
   */
  static Reader.Filter read(int tenant, byte[] body) {
    return of(
        tenant,
        body.length == 0 ? JsonNodeFactory.instance.objectNode() : JsonBody.parse(body));
  }

  private static Reader.Filter of(int tenant, JsonNode body) {
    var members = Members.of(body, NAMES);
    var texts = new HashMap<String, String>();
    for (var name : FilterTexts.NAMES) {
      var text =
          name.equals(FilterTexts.DEAD)
              ? members.optionalTruth(name).map(String::valueOf)
              : members.optionalText(name);
      text.ifPresent(value -> texts.put(name, value));
    }
    boolean restricts = texts.keySet().stream().anyMatch(name -> !name.equals(FilterTexts.STATUS));
    // So that an empty object, sent by mistake, does not cancel everything.
    if (!restricts) members.wrong("#", "Give at least one filter besides status.");
    var read = new FilterTexts(texts).read(tenant);
    if (read instanceof FilterTexts.Read.Bad(var faults)) {
      faults.forEach(fault -> members.wrong(Members.pointer(fault.name()), fault.detail()));
    }
    members.refuseIfWrong();
    return ((FilterTexts.Read.Good) read).filter();
  }
}
