package dev.raincheck.ledger;

import java.time.Duration;

/**
 * What a ledger has done since its start.
 *
 * @param batches transactions, those that came again included
 * @param commands in these
 * @param busy the writer's time in them: what is left of a second it had nothing to do
 * @param inStore the part of it that the store took; the rest is deciding
 */
public record Effort(long batches, long commands, Duration busy, Duration inStore) {}
