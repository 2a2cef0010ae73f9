package dev.raincheck.server.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The server: one or more doors, HTTP/1.1 and HTTP/2, with or without TLS, every request on a virtual
 * thread of its own.
 *
 * <p>To stop: {@link #stopAccepting}, end what waits, {@link #awaitQuiet}, {@link #close}.
 */
public final class HttpServer implements AutoCloseable {
  /** Selectors, acceptors and their helpers; requests run on virtual threads, not on these. */
  private static final int PLATFORM_THREADS_MAX = 16;

  private final Server server;
  private final House house;
  private final List<Door> doors;
  private final Map<String, Integer> ports;

  private HttpServer(Server server, House house, List<Door> doors) {
    this.server = server;
    this.house = house;
    this.doors = List.copyOf(doors);
    this.ports =
        Arrays.stream(server.getConnectors())
            .map(ServerConnector.class::cast)
            .collect(Collectors.toMap(Connector::getName, ServerConnector::getLocalPort));
  }

  /**
   * Binds all doors and serves.
   *
   * @param dice seeds the request ids; used only here
   * @param nanoClock {@code System::nanoTime}
   * @throws IOException if an address cannot be bound; then nothing is left open
   */
  public static HttpServer start(
      HttpSettings settings,
      List<Door> doors,
      RequestListener listener,
      RandomGenerator dice,
      LongSupplier nanoClock)
      throws IOException {
    var house =
        new House(
            settings,
            listener,
            new RequestIds(dice),
            nanoClock,
            new InFlight(),
            new AtomicLong(),
            new AtomicLong(),
            new ConnectionSweep(settings.limits(), nanoClock));
    var server = new Server(threads());
    server.setStopAtShutdown(false); // who stops us decides the order
    server.setStopTimeout(0);
    server.setErrorHandler(new ErrorAnswers(house));
    server.setHandler(new Front(house));
    doors.forEach(door -> server.addConnector(new DoorConnector(server, door, house)));
    try {
      server.start();
    } catch (Exception failure) {
      stop(server);
      throw failure instanceof IOException io ? io : new IOException(failure.getMessage(), failure);
    }
    house.sweep().runOn(server.getScheduler());
    return new HttpServer(server, house, doors);
  }

  private static QueuedThreadPool threads() {
    var threads = new QueuedThreadPool(PLATFORM_THREADS_MAX);
    threads.setName("http");
    // With reserved threads Jetty would run requests on them, on platform threads, as long as any
    // is free; without, it hands every request to a virtual thread.
    threads.setReservedThreads(0);
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory()));
    return threads;
  }

  /**
   * The port that a door is, or was, bound to.
   *
   * @throws IllegalArgumentException if there is no such door
   */
  public int port(String door) {
    var port = ports.get(door);
    if (port == null) throw new IllegalArgumentException("no door " + door);
    return port;
  }

  /**
   * Every route of a door.
   *
   * @throws IllegalArgumentException if there is no such door
   */
  public List<Route> routes(String door) {
    return doors.stream()
        .filter(one -> one.name().equals(door))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no door " + door))
        .routes()
        .all();
  }

  /**
   * Closes the listening socket of a door. Connections stay; one of HTTP/1.1 is closed with its next
   * answer, which says {@code Connection: close}, one of HTTP/2 is told GOAWAY and closed when its
   * streams are over. Other doors stay open.
   *
   * @throws IllegalArgumentException if there is no such door
   */
  public void stopAccepting(String door) {
    port(door);
    for (var connector : connectors()) {
      if (door.equals(connector.getName())) connector.shutdown();
    }
  }

  private List<DoorConnector> connectors() {
    return Arrays.stream(server.getConnectors()).map(DoorConnector.class::cast).toList();
  }

  /** Waits until no request is running, waiting or being answered; false if time ran out. */
  public boolean awaitQuiet(Duration atMost) throws InterruptedException {
    return house.inFlight().awaitQuiet(atMost);
  }

  /** Requests between their header and the end of their answer, waits included. */
  public int requests() {
    return house.inFlight().count();
  }

  /** Open connections of all doors. */
  public int connections() {
    return connectors().stream().mapToInt(DoorConnector::connections).sum();
  }

  /** Closes everything at once; unanswered requests are cut. */
  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the HTTP server did not stop", failure);
    }
  }
}
