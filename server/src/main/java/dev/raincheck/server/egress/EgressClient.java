package dev.raincheck.server.egress;

import java.net.URI;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The one HTTP client for calls to others, bound to one policy: pooled connections are never shared
 * between policies.
 *
 * <p>It follows no redirects, keeps no cookies, decompresses nothing, uses no proxy, answers no
 * authentication challenge, and reads bounded answers within one deadline.
 */
public final class EgressClient implements AutoCloseable {
  private static final int THREADS_MAX = 16;

  /** Seconds that those who wait for answers have to take them in when the client closes. */
  private static final int FOLLOWERS_PATIENCE = 5;

  private final EgressPolicy policy;
  private final String userAgent;
  private final VettedAddresses addresses;
  private final BoundedConnector connector;
  private final HttpClient http;
  private final ByteBudget budget;
  private final Semaphore calls;
  private final ExecutorService followers = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Starts a client.
   *
   * @param version for {@code User-Agent: Raincheck/<version>}
   * @param trust authorities to trust instead of the JDK's; host names are checked in any case
   */
  public EgressClient(
      EgressPolicy policy,
      EgressLimits limits,
      NameResolver names,
      String version,
      Optional<KeyStore> trust) {
    this.policy = policy;
    this.userAgent = "Raincheck/" + version;
    this.addresses = new VettedAddresses(policy, names);
    this.connector = new BoundedConnector(limits.connections());
    this.budget = new ByteBudget(limits.bufferedBytesMax());
    this.calls = new Semaphore(limits.calls());
    this.http = configured(limits, trust);
    try {
      http.start();
      // Starting puts these in: no gzip, no redirects, no answers to 401 and 407, no upgrades.
      http.getContentDecoderFactories().clear();
      http.getProtocolHandlers().clear();
      http.getProtocolHandlers().put(new ContinueProtocolHandler());
      http.getProtocolHandlers().put(new ProcessingProtocolHandler());
      http.getProtocolHandlers().put(new EarlyHintsProtocolHandler());
    } catch (Exception failure) {
      addresses.close();
      throw new IllegalStateException("the HTTP client does not start", failure);
    }
  }

  private HttpClient configured(EgressLimits limits, Optional<KeyStore> trust) {
    var threads = new QueuedThreadPool(THREADS_MAX);
    threads.setName("egress");
    threads.setDaemon(true);
    connector.setSelectors(1);
    connector.setExecutor(threads);
    connector.setSslContextFactory(tls(trust));

    var client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setSocketAddressResolver(addresses);
    client.setConnectTimeout(limits.connectWithin().toMillis());
    // For a connection that is only being made; busy and kept ones have times of their own.
    client.setIdleTimeout(limits.connectWithin().toMillis());
    client.addBean(new KeptConnections(limits.idleFor()));
    client.setDestinationIdleTimeout(TimeUnit.MINUTES.toMillis(1));
    client.setMaxConnectionsPerDestination(limits.connectionsPerHost());
    client.setMaxRequestsQueuedPerDestination(limits.calls());
    client.setMaxResponseHeadersSize(limits.headerBytesMax());
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    return client;
  }

  private static SslContextFactory.Client tls(Optional<KeyStore> trust) {
    var tls = new SslContextFactory.Client(false);
    tls.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    trust.ifPresent(tls::setTrustStore);
    return tls;
  }

  /** Sends a request. Refusals by the policy and by our limits are answers, too. */
  public EgressCall send(EgressRequest asked) {
    if (policy.check(asked.url()).isPresent()) return new Ended(new EgressAnswer.Blocked());
    if (!calls.tryAcquire()) return new Ended(new EgressAnswer.Failed(EgressFault.BUSY));

    // Jetty's timers run on this clock, too.
    long until = NanoTime.now() + asked.within().toNanos();
    var exchange =
        new Exchange(asked, way -> request(asked, way, until), budget, calls::release, followers);
    exchange.start();
    return exchange;
  }

  private Request request(EgressRequest asked, Exchange.Way way, long until) {
    Url url = asked.url();
    // java.net.URI refuses hosts with underscores, so the host is put in afterwards.
    URI uri = URI.create(url.scheme() + "://host.invalid:" + url.port() + url.pathAndQuery());
    Request request =
        http.newRequest(uri)
            .host(url.host())
            .method(asked.method())
            .timeout(Math.max(1, NanoTime.millisUntil(until)), TimeUnit.MILLISECONDS)
            // While a target thinks, nothing moves; only the deadline above may end that.
            .idleTimeout(0, TimeUnit.MILLISECONDS);
    request.headers(
        fields -> {
          fields.put(HttpHeader.USER_AGENT, userAgent);
          fields.put(HttpHeader.ACCEPT_ENCODING, "identity");
          asked.headers().forEach(header -> fields.add(header.name(), header.value()));
        });
    if (way == Exchange.Way.OWN_CONNECTION) {
      // Jetty keeps connections per tag, so that nobody else's fits.
      request.tag(new Object()).headers(fields -> fields.put(HttpHeader.CONNECTION, "close"));
    }
    asked.body().ifPresent(body -> request.body(content(body)));
    return request;
  }

  private static Request.Content content(EgressRequest.Body body) {
    return switch (body) {
      case EgressRequest.Bytes(byte[] bytes, var type) ->
          new BytesRequestContent(type.orElse(null), bytes);
      case EgressRequest.Streamed streamed -> new StreamedContent(streamed);
    };
  }

  /** Connections that are open, being opened ones included. */
  int connections() {
    return connector.open();
  }

  /** Bytes of unfinished answers in memory. */
  long bufferedBytes() {
    return budget.taken();
  }

  /** Ends what is under way as {@code connection_closed} and closes every connection. */
  @Override
  public void close() {
    try {
      http.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("the HTTP client does not stop", failure);
    } finally {
      addresses.close();
      awaitFollowers();
    }
  }

  private void awaitFollowers() {
    followers.shutdown();
    try {
      if (!followers.awaitTermination(FOLLOWERS_PATIENCE, TimeUnit.SECONDS)) {
        followers.shutdownNow();
      }
    } catch (InterruptedException closing) {
      followers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** A call that never left. */
  private record Ended(EgressAnswer outcome) implements EgressCall {
    @Override
    public CompletionStage<EgressAnswer> answer() {
      return CompletableFuture.completedStage(outcome);
    }

    @Override
    public void cancel() {
      // It has ended already.
    }
  }
}
