package dev.raincheck.server.demo;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.server.cli.Demo;
import dev.raincheck.server.cli.Version;
import dev.raincheck.server.config.LogConfig;
import dev.raincheck.server.log.Logging;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/**
 * {@code raincheck demo}: a newcomer's first five minutes. A real server with a file of its own in
 * a fresh directory does real work, everything is asked for over HTTP, and every figure and answer
 * that is shown was obtained in this run.
 */
public final class Tour implements Demo {
  private static final int STORE_FAILED = 70;

  private final Sizes sizes;
  private final LongSupplier nanos;

  public Tour() {
    this(Sizes.FULL, System::nanoTime);
  }

  Tour(Sizes sizes, LongSupplier nanos) {
    this.sizes = sizes;
    this.nanos = nanos;
  }

  /** What the tour saw. */
  record Story(JsonNode report, RushChapter.Measured rush, List<Seen> byHand) {}

  @Override
  public int demo(PrintStream out, boolean watched, boolean once) throws Exception {
    System.setProperty("java.awt.headless", "true");
    var screen = new Screen(out, watched);
    var folder = Files.createTempDirectory("raincheck-demo-");
    Logging.configure(LogConfig.DEFAULT, Files.newOutputStream(folder.resolve("raincheck.log")));
    var house = House.open(folder, sizes, House.PORT, House.ADMIN_PORT, Tour::endBroken);
    var stopping = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("drain")
                .unstarted(
                    () -> {
                      stopping.set(true);
                      screen.line("");
                      screen.line(
                          "Draining: what is under way may end. Everything stays in " + folder);
                      house.close();
                    }));
    try {
      walk(screen, house);
    } catch (IllegalStateException | UncheckedIOException e) {
      if (!stopping.get()) screen.say("\nThe tour cannot go on: " + e.getMessage());
      return 1;
    }
    if (once) return 0;
    farewell(screen, house);
    new CountDownLatch(1)
        .await(); // For ever: a signal ends the process, and the hook drains it first.
    return 0;
  }

  private static void endBroken(StoreException broken) {
    Runtime.getRuntime().halt(STORE_FAILED);
  }

  Story walk(Screen screen, House house) throws InterruptedException, IOException {
    long from = nanos.getAsLong();
    welcome(screen, house);
    try (var client = new Client(nanos)) {
      var guide = new Guide(screen, client, house, sizes);
      var picture = new PictureChapter(guide).tell();
      var report = new OrdersChapter(guide).tell();
      var rush = new RushChapter(guide, nanos).tell();
      var byHand = new HandChapter(guide).tell(picture);
      screen.line("");
      screen.say(
          "The tour took %s.".formatted(Text.time(Duration.ofNanos(nanos.getAsLong() - from))));
      return new Story(report, rush, byHand);
    }
  }

  private static void welcome(Screen screen, House house) {
    screen.heading(
        "Raincheck %s: slow work becomes a proper asynchronous API".formatted(Version.number()));
    screen.say("server     %s   (admin and metrics: %s)".formatted(house.url(), house.adminUrl()));
    screen.say("files      " + house.folder());
    screen.say(
        "store      one SQLite file there; a 202 leaves after its commit has reached the disk");
    for (var note : house.notes()) screen.say("note       " + note);
  }

  private static void farewell(Screen screen, House house) {
    var option = house.url().endsWith(":" + House.PORT) ? "" : " --url " + house.url();
    screen.heading("The server stays up");
    screen.say(
        """
        All lines above work as they are. More to try, in another terminal:

          curl %s/v1/operation-types            what each type promises
          curl %s/metrics                       for Prometheus
          ./raincheck list%s
          ./raincheck submit poster.draw --data '{"seed": 42}' --wait 20%s

        Ctrl-C stops it, after draining. Nothing was written outside of
        %s\
        """
            .formatted(house.url(), house.adminUrl(), option, option, house.folder()));
    screen.line("");
  }
}
