package dev.raincheck.server.serve;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.server.cli.Serve;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.log.Logging;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code raincheck serve}: one node in one process, until it is told to stop. */
public final class Server implements Serve {
  /** For supervisors: the store failed, and a restart is the way on. */
  private static final int STORE_FAILED = 70;

  private static final int REFUSED = 1;

  @Override
  public int serve(ServerConfig config) throws Exception {
    Logging.configure(config.log(), System.out);
    var running = new AtomicReference<@Nullable Node>();
    Node node;
    try {
      node = Node.start(config, List.of(), broken -> endWith(running.get()));
    } catch (RefusedStart | StoreException e) {
      System.err.println("raincheck: " + e.getMessage());
      return REFUSED;
    } catch (IOException e) {
      System.err.println("raincheck: cannot listen: " + e.getMessage());
      return REFUSED;
    }
    running.set(node);
    show(node, System.err);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("drain").unstarted(node::close));
    new CountDownLatch(1).await(); // For ever: a signal ends the process, and the hook drains it first.
    return 0;
  }

  private static void show(Node node, PrintStream out) {
    out.print(node.screen());
    out.println("  stop        Ctrl-C or SIGTERM drains first");
  }

  /**
   * Nobody knows what stands, so this process must not go on: what is under way is answered as "unknown",
   * then it ends without the drain that would need the store.
   */
  private static void endWith(@Nullable Node node) {
    Thread.ofPlatform()
        .name("fail-stop")
        .start(
            () -> {
              if (node != null) node.fail();
              Runtime.getRuntime().halt(STORE_FAILED);
            });
  }
}
