package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import java.util.Optional;

/** Finds the operation that a path names, or refuses in the words of the contract. */
public final class OperationLookup {
  private final Operations operations;

  public OperationLookup(Operations operations) {
    this.operations = operations;
  }

  /**
   * @throws RefusedException 404 if the text is no id, which is as good as an unknown one
   */
  public static OperationId id(String text) {
    return OperationId.parse(text).orElseThrow(() -> unknown().asException());
  }

  /**
   * @throws RefusedException 404, 410, or 503 if the store cannot answer
   */
  public Operation find(int tenant, OperationId id) {
    return switch (read(tenant, id)) {
      case Reader.Found.Here(var operation) -> operation;
      case Reader.Found.Gone() -> throw gone().asException();
      case Reader.Found.Nothing() -> throw unknown().asException();
    };
  }

  /** The operation if it is still there and the store answers. */
  Optional<Operation> look(int tenant, OperationId id) {
    try {
      return read(tenant, id) instanceof Reader.Found.Here(var operation)
          ? Optional.of(operation)
          : Optional.empty();
    } catch (RefusedException unavailable) {
      return Optional.empty();
    }
  }

  private Reader.Found read(int tenant, OperationId id) {
    try {
      return operations.find(tenant, id);
    } catch (StoreException silent) {
      throw unavailable().asException();
    }
  }

  public static Refusal unknown() {
    return Refusal.of(
        ProblemCode.OPERATION_NOT_FOUND,
        "There is no such operation. Ids are compared exactly, upper case included.");
  }

  public static Refusal gone() {
    return Refusal.of(
        ProblemCode.OPERATION_GONE, "The operation was deleted, or its retention is over.");
  }

  public static Refusal unavailable() {
    return Refusal.of(
        ProblemCode.UNAVAILABLE, "The store does not answer; repeat the request later.");
  }
}
