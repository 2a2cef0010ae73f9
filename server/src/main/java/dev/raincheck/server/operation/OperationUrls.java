package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import java.net.URI;

/** The absolute URLs of operations, from the configured public base URL and never from {@code Host}. */
public final class OperationUrls {
  private final String base;
  private final String operations;

  /**
   * @param publicBaseUrl without a slash at the end
   */
  public OperationUrls(URI publicBaseUrl) {
    this.base = publicBaseUrl.toString();
    this.operations = base + "/v1/operations/";
  }

  public String self(OperationId id) {
    return operations + id.text();
  }

  String result(OperationId id) {
    return self(id) + "/result";
  }

  String events(OperationId id) {
    return self(id) + "/events";
  }

  String cancel(OperationId id) {
    return self(id) + "/cancel";
  }

  String problem(String code) {
    return base + "/problems/" + code;
  }

  /** Any other path of ours, beginning with a slash. */
  String at(String path) {
    return base + path;
  }

  String base() {
    return base;
  }
}
