package dev.raincheck.ledger;

import java.util.List;
import java.util.Map;

/**
 * What was there.
 *
 * @param rows by key; under an {@link OperationId} either the operation or its tombstone. With an operation comes
 *     its {@link Row.Completion}, if an application has recorded one, although nobody asked for it
 * @param blocked per lane, in turn
 */
public record Loaded(Map<Key, Row> rows, Map<Key.Lane, List<Operation>> blocked) {}
