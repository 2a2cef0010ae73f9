package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.ResultStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a handler sees when its operation is dispatched once more. What it tells is dropped. */
record AnotherDispatch(Operation operation, boolean canceled) implements Context {
  @Override
  public OperationId operationId() {
    return operation.id();
  }

  @Override
  public String type() {
    return operation.submission().type();
  }

  @Override
  public int attempt() {
    return operation.moment().attempt();
  }

  @Override
  public long epoch() {
    return operation.moment().epoch() + 1;
  }

  @Override
  public Instant deadline() {
    return Instant.MAX;
  }

  @Override
  public String correlationId() {
    return operation.correlationId();
  }

  @Override
  public Optional<String> causationId() {
    return Optional.empty();
  }

  @Override
  public Optional<String> traceparent() {
    return Optional.empty();
  }

  @Override
  public Optional<String> idempotencyKey() {
    return Optional.empty();
  }

  @Override
  public Map<String, String> metadata() {
    return operation.submission().metadata();
  }

  @Override
  public List<String> tags() {
    return operation.submission().tags();
  }

  @Override
  public void progress(Progress progress) {}

  @Override
  public void heartbeat() {}

  @Override
  public void log(String level, String message, Map<String, String> fields) {}

  @Override
  public void output(byte[] bytes, String mediaType) {}

  @Override
  public ResultStream stream() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onCancel(Runnable action) {}
}
