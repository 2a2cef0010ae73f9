package dev.raincheck.server.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Alive: the process answers and its store can be trusted; if not, restart it. Ready: it also takes new
 * work; a draining node is alive and not ready, and so is one whose store does not answer for now.
 */
public final class Health {
  private static final byte[] OK = "{\"status\":\"ok\"}".getBytes(UTF_8);
  private static final String RETRY_SECONDS = "5";

  private final BooleanSupplier storeHealthy;
  private final BooleanSupplier storeAway;
  private final Supplier<List<String>> issuersWithoutKeys;
  private volatile boolean ready = true;

  /**
   * @param storeAway whether the store does not answer for now: every request would be refused
   * @param issuersWithoutKeys names of those whose tokens cannot be checked now. The node takes work
   *     all the same, because API keys and other issuers' tokens are good; but it says so
   */
  public Health(
      BooleanSupplier storeHealthy, BooleanSupplier storeAway, Supplier<List<String>> issuersWithoutKeys) {
    this.storeHealthy = storeHealthy;
    this.storeAway = storeAway;
    this.issuersWithoutKeys = issuersWithoutKeys;
  }

  /** From now on load balancers should look elsewhere. */
  public void unready() {
    ready = false;
  }

  public boolean isReady() {
    return ready && storeHealthy.getAsBoolean() && !storeAway.getAsBoolean();
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/healthz", _ -> answer(storeHealthy.getAsBoolean(), "The store can no longer be trusted; restart."))
            .forAnyone(),
        Route.get("/readyz", _ -> readiness()).forAnyone());
  }

  private Answer readiness() {
    var missing = issuersWithoutKeys.get();
    if (!isReady() || missing.isEmpty()) {
      return answer(isReady(), "This node takes no work; ask another one.");
    }
    var names = String.join("\",\"", missing); // which the configuration holds to plain letters
    var body = "{\"status\":\"ok\",\"issuers_without_keys\":[\"%s\"]}".formatted(names);
    return Response.status(200).json(body.getBytes(UTF_8));
  }

  private static Answer answer(boolean well, String why) {
    if (well) return Response.status(200).json(OK);
    return Refusal.of(ProblemCode.UNAVAILABLE, why).header("Retry-After", RETRY_SECONDS);
  }
}
