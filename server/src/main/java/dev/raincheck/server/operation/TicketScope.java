package dev.raincheck.server.operation;

import java.util.Arrays;
import java.util.Optional;

/** What a ticket may be good for. */
enum TicketScope {
  /** Poll, result and events: every GET of the operation. */
  READ("read", "operations:read"),
  CANCEL("cancel", "operations:cancel");

  private final String word;
  private final String scope;

  TicketScope(String word, String scope) {
    this.word = word;
    this.scope = scope;
  }

  static Optional<TicketScope> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  /** The scope that a credential needs to grant it, and that the ticket then stands for. */
  String scope() {
    return scope;
  }
}
