package dev.raincheck.bench;

import dev.raincheck.server.http.Door;
import dev.raincheck.server.http.HttpLimits;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.HttpSettings;
import dev.raincheck.server.http.RequestListener;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.http.Routes;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The limit L: the same front, with a route that reads the body and answers 202 with the headers of a
 * submit and no body. Whatever accepts work durably cannot be faster than this.
 */
final class Limit {
  private static final String URL = "http://127.0.0.1/v1/operations/op_01M87VFZJ9002KPAWFV4PCS9XG";
  private static final int BODY_MAX = 1 << 20;

  private Limit() {}

  static HttpServer start() throws IOException {
    var route =
        Route.post(
                "/v1/operations/{type}",
                request -> {
                  request.body(BODY_MAX);
                  return Response.status(202)
                      .header("Location", URL)
                      .header("Operation-Location", URL)
                      .header("Retry-After", "1")
                      .header("ETag", "\"vlworj-1\"")
                      .cacheControl("no-store")
                      .header("RateLimit-Policy", "\"default\";q=1000000;w=10")
                      .header("RateLimit", "\"default\";r=999999;t=4")
                      .empty();
                })
            .forAnyone()
            .creates()
            .varies("Prefer");
    var door =
        new Door(
            "main",
            "127.0.0.1",
            0,
            new Routes(List.of(route)),
            request -> {
              throw new IllegalStateException("the route is open");
            },
            principal -> List.of());
    return HttpServer.start(
        new HttpSettings(URI.create("http://127.0.0.1"), HttpLimits.DEFAULT),
        List.of(door),
        RequestListener.NONE,
        new SplittableRandom(1),
        System::nanoTime);
  }
}
