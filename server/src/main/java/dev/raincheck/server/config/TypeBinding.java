package dev.raincheck.server.config;

import dev.raincheck.server.config.AttemptConfig.Delivery;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.stream.Stream;

/** Reads one operation type, or the defaults of all. */
final class TypeBinding {
  private TypeBinding() {}

  /** Reads {@code defaults} for its errors and its keys; types see it as the section under them. */
  static void bindDefaults(Section defaults, Limits limits) {
    rules("defaults", defaults, TypeConfig.of("defaults", placeholder()), limits);
  }

  static TypeConfig bind(String name, Section type, Limits limits) {
    var description = type.text("description", "");
    var route = type.text("route");
    var target = TargetBinding.bind(type);
    var valid = TypeNames.isValid(name) && !TypeNames.isReserved(name) ? name : "invalid";
    var rules = rules(valid, type, TypeConfig.of(valid, target), limits);
    var schemas =
        new Schemas(
            SchemaText.read(type, "input_schema"),
            SchemaText.read(type, "output_schema"),
            SchemaText.read(type, "progress_schema"));
    return type.build(
        () ->
            new TypeConfig(
                name,
                description,
                route,
                target,
                rules.input(),
                schemas,
                rules.queue(),
                rules.attempts(),
                rules.timeouts(),
                rules.deadLetter(),
                rules.retention(),
                rules.idempotency(),
                rules.cancelable(),
                rules.threads()),
        rules);
  }

  /** Everything that may stand in {@code defaults} as well as in a type. */
  private static TypeConfig rules(String name, Section type, TypeConfig otherwise, Limits limits) {
    var accepts = type.texts("accepts", InputConfig.DEFAULT.accepts());
    type.defaultsTo("input_bytes", "limits.body_bytes");
    long inputBytes = type.whole("input_bytes", limits.bodyBytesMax());
    var input = type.build(() -> new InputConfig(accepts, inputBytes), InputConfig.DEFAULT);
    var queue = queue(name, type);
    var attempts = attempts(type);
    var timeouts = timeouts(type.section("timeouts"));
    var deadLetter = EnumSet.noneOf(DeadLetter.class);
    deadLetter.addAll(type.choices("dead_letter", TypeConfig.DEAD_LETTER, DeadLetter.class));
    var retention = retention(type.section("retention"));
    var idempotency = idempotency(type.section("idempotency"));
    boolean cancelable = type.flag("cancelable", true);
    var threads = type.choice("threads", Threads.PLATFORM);
    return new TypeConfig(
        otherwise.name(),
        otherwise.description(),
        otherwise.route(),
        otherwise.target(),
        input,
        otherwise.schemas(),
        queue,
        attempts,
        timeouts,
        deadLetter,
        retention,
        idempotency,
        cancelable,
        threads);
  }

  private static QueueConfig queue(String name, Section type) {
    type.defaultsTo("queue", "the type's name");
    var queue = type.text("queue", name);
    int concurrency = type.integer("concurrency", QueueConfig.CONCURRENCY);
    var clusterConcurrency = type.integer("cluster_concurrency");
    int depth = type.integer("max_depth", QueueConfig.DEPTH_MAX);
    int priority = type.integer("priority", QueueConfig.PRIORITY);
    return type.build(
        () -> new QueueConfig(queue, concurrency, clusterConcurrency, depth, priority), QueueConfig.of(name));
  }

  private static AttemptConfig attempts(Section type) {
    var delivery = type.choice("delivery", Delivery.AT_LEAST_ONCE);
    // Whoever says at_most_once has said how many attempts there are, whatever the defaults say.
    boolean once = delivery == Delivery.AT_MOST_ONCE && !type.says("max_attempts");
    int attempts = type.integer("max_attempts", AttemptConfig.ATTEMPTS_MAX);
    var backoff = backoff(type.section("backoff"));
    return type.build(
        () -> new AttemptConfig(delivery, once ? 1 : attempts, backoff), AttemptConfig.DEFAULT);
  }

  private static Backoff backoff(Section backoff) {
    var first = backoff.seconds("first_seconds", Backoff.DEFAULT.first());
    double factor = backoff.number("factor", Backoff.DEFAULT.factor());
    var max = backoff.seconds("max_seconds", Backoff.DEFAULT.max());
    return backoff.build(() -> new Backoff(first, factor, max), Backoff.DEFAULT);
  }

  private static Timeouts timeouts(Section timeouts) {
    var answer = timeouts.seconds("answer_seconds", Timeouts.DEFAULT.answer());
    timeouts.defaultsTo("attempt_seconds", "answer_seconds");
    var attempt = timeouts.seconds("attempt_seconds");
    var heartbeat = timeouts.seconds("heartbeat_seconds");
    var operation = timeouts.seconds("operation_seconds", Timeouts.DEFAULT.operation());
    timeouts.defaultsTo("start_seconds", "none");
    var start = timeouts.seconds("start_seconds");
    // A short attempt means a short answer too, unless the file speaks of the answer itself.
    var answered =
        timeouts.find("answer_seconds").isPresent()
            ? answer
            : Stream.of(answer, attempt.orElse(answer)).min(Comparator.naturalOrder()).get();
    return timeouts.build(
        () -> new Timeouts(answered, attempt.orElse(answered), heartbeat, operation, start),
        Timeouts.DEFAULT);
  }

  private static Retention retention(Section retention) {
    var operation = retention.seconds("operation_seconds", Retention.DEFAULT.operation());
    retention.defaultsTo("result_seconds", "operation_seconds");
    Duration result = retention.seconds("result_seconds").orElse(operation);
    var key = retention.seconds("key_seconds", Retention.DEFAULT.key());
    return retention.build(() -> new Retention(operation, result, key), Retention.DEFAULT);
  }

  private static Idempotency idempotency(Section idempotency) {
    return new Idempotency(
        idempotency.choice("policy", Idempotency.DEFAULT.policy()),
        idempotency.choice("fingerprint", Idempotency.DEFAULT.fingerprint()));
  }

  private static TargetConfig placeholder() {
    return TargetConfig.of(URI.create("http://invalid.invalid"));
  }
}
