package dev.raincheck.ledger;

import java.util.List;

/**
 * What a batch of commands writes: one commit or none.
 *
 * @param node which node's batch this is; with {@code number} it names the batch for ever
 * @param saved each key at most once, but for chunks
 * @param fresh which of {@code saved} did not exist before this batch, as the locked rows told
 * @param removed removing an operation removes its payloads and chunks with it
 * @param entries of the log, in the order of the decisions; each stream's become one segment
 */
public record Batch(
    long node, long number, List<Row> saved, java.util.Set<Key> fresh, List<Key> removed, List<Entry> entries) {}
