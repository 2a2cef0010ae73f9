package dev.raincheck.server.operation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What {@code POST …/tickets} asks for.
 *
 * @param scopes those that are known, {@code read} if none were named
 */
record TicketWish(Set<TicketScope> scopes, Duration life) {
  static final int SECONDS_MAX = 86_400;

  private static final TicketWish USUAL =
      new TicketWish(EnumSet.of(TicketScope.READ), Duration.ofSeconds(900));
  private static final String SCOPE = "scope";
  private static final String SECONDS = "ttl_seconds";
  private static final Set<String> MEMBERS = Set.of(SCOPE, SECONDS);

  /**
   * @param body empty for what is usual
   * @param wrongs is told what can be read but not accepted
   * @throws dev.raincheck.server.http.RefusedException 400
   */
  static TicketWish read(byte[] body, Wrongs wrongs) {
    if (body.length == 0) return USUAL;
    var json = JsonObject.read(body, MEMBERS);
    var named = json.findAny(SCOPE).filter(node -> !node.isNull()).map(TicketWish::words);
    var life = json.findNumber(SECONDS);
    return new TicketWish(
        named.map(words -> scopes(words, wrongs)).orElse(USUAL.scopes()),
        life.map(seconds -> life(seconds, wrongs)).orElse(USUAL.life()));
  }

  /** An array of strings, or one string. */
  private static List<String> words(JsonNode scope) {
    if (scope.isString()) return List.of(scope.stringValue());
    if (!scope.isArray()) throw Wrongs.unreadable("#/scope", "scope must be an array of strings.");
    var words = new ArrayList<String>();
    for (var word : scope) words.add(JsonObject.string(word, "#/scope/" + words.size()));
    return words;
  }

  private static Set<TicketScope> scopes(List<String> words, Wrongs wrongs) {
    var scopes = EnumSet.noneOf(TicketScope.class);
    for (int i = 0; i < words.size(); i++) {
      var scope = TicketScope.of(words.get(i));
      scope.ifPresent(scopes::add);
      if (scope.isEmpty()) wrongs.at("#/scope/" + i, "A ticket is good for read, cancel or both.");
    }
    if (words.isEmpty()) wrongs.at("#/scope", "Name read, cancel or both, or leave it out.");
    return scopes;
  }

  private static Duration life(JsonNode seconds, Wrongs wrongs) {
    var number = seconds.decimalValue();
    boolean inRange =
        number.compareTo(BigDecimal.ONE) >= 0
            && number.compareTo(BigDecimal.valueOf(SECONDS_MAX)) <= 0;
    if (inRange && number.stripTrailingZeros().scale() <= 0) {
      return Duration.ofSeconds(number.intValueExact());
    }
    wrongs.at("#/ttl_seconds", "A ticket lives 1 to %d whole seconds.".formatted(SECONDS_MAX));
    return USUAL.life();
  }
}
