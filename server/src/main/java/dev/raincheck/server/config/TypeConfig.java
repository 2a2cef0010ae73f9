package dev.raincheck.server.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * One operation type.
 *
 * @param description for the type's card; empty when there is none
 * @param route a path of its own, beside {@code /v1/operations/{type}}
 * @param cancelable whether a client may cancel
 */
public record TypeConfig(
    String name,
    String description,
    Optional<String> route,
    TargetConfig target,
    InputConfig input,
    Schemas schemas,
    QueueConfig queue,
    AttemptConfig attempts,
    Timeouts timeouts,
    Set<DeadLetter> deadLetter,
    Retention retention,
    Idempotency idempotency,
    boolean cancelable,
    Threads threads) {
  static final int DESCRIPTION_LENGTH_MAX = 2_000;

  public static final Set<DeadLetter> DEAD_LETTER =
      Collections.unmodifiableSet(EnumSet.of(DeadLetter.EXHAUSTED, DeadLetter.TIMED_OUT));

  public TypeConfig {
    var kinds = EnumSet.noneOf(DeadLetter.class);
    kinds.addAll(deadLetter);
    deadLetter = Collections.unmodifiableSet(kinds);
    var checks =
        new Checks()
            .rule("", TypeNames.isValid(name), name, TypeNames.RULE)
            .rule("", !TypeNames.isReserved(name), name, "is a reserved type name")
            .rule(
                "description",
                description.length() <= DESCRIPTION_LENGTH_MAX,
                description.length() + " characters",
                "must be at most 2000 characters");
    route.ifPresent(
        path -> Routes.fault(path).ifPresent(why -> checks.rule("route", false, path, why)));
    checks.done();
  }

  /** A type with a target and all defaults. */
  public static TypeConfig of(String name, TargetConfig target) {
    return new TypeConfig(
        name,
        "",
        Optional.empty(),
        target,
        InputConfig.DEFAULT,
        Schemas.NONE,
        QueueConfig.of(name),
        AttemptConfig.DEFAULT,
        Timeouts.DEFAULT,
        DEAD_LETTER,
        Retention.DEFAULT,
        Idempotency.DEFAULT,
        true,
        Threads.PLATFORM);
  }
}
