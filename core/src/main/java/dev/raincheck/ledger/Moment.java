package dev.raincheck.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One transition: how an operation stood right after it. The last one is how it stands now; the earlier
 * ones are its history. With the operation's unchanging part, each gives the whole document of that time.
 *
 * @param version the transition's number in the operation's history, from 1
 * @param attempt 0 before the first claim, then the current or last one
 * @param epoch rises at every dispatch; guards every call of a worker
 * @param startedAt the first start, or null
 * @param lastError of the last failed attempt, or null
 */
public record Moment(
    int version,
    Instant at,
    State state,
    int attempt,
    long epoch,
    @Nullable Instant startedAt,
    @Nullable Failure lastError,
    boolean cancelRequested) {}
