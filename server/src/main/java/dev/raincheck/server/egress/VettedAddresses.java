package dev.raincheck.server.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Resolves a host and gives the HTTP client only addresses that the policy permits. The client
 * dials exactly these, so a name server that answers differently the next time gains nothing.
 */
final class VettedAddresses implements SocketAddressResolver, AutoCloseable {
  /** Each address may cost a connect time-out; a host with more is no better served. */
  private static final int ADDRESSES_MAX = 8;

  /** Platform threads, because a look-up is a native call that would pin a virtual thread. */
  private static final int LOOKUPS_AT_ONCE = 16;

  private static final int LOOKUPS_WAITING_MAX = 1_024;

  private final EgressPolicy policy;
  private final NameResolver names;
  private final ExecutorService lookups;

  VettedAddresses(EgressPolicy policy, NameResolver names) {
    this.policy = policy;
    this.names = names;
    var pool =
        new ThreadPoolExecutor(
            LOOKUPS_AT_ONCE,
            LOOKUPS_AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LOOKUPS_WAITING_MAX),
            Thread.ofPlatform().daemon().name("egress-lookup-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    this.lookups = pool;
  }

  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    try {
      lookups.execute(() -> lookUp(host, port, promise));
    } catch (RejectedExecutionException full) {
      promise.failed(full);
    }
  }

  private void lookUp(String host, int port, Promise<List<InetSocketAddress>> promise) {
    List<InetSocketAddress> vetted;
    try {
      vetted = vetted(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    } catch (UnknownHostException | BlockedAddressException failure) {
      promise.failed(failure);
      return;
    }
    promise.succeeded(vetted);
  }

  private List<InetSocketAddress> vetted(String host, int port)
      throws UnknownHostException, BlockedAddressException {
    var literal = HostName.literal(host);
    List<InetAddress> found = literal.isPresent() ? List.of(literal.get()) : names.resolve(host);
    if (found.isEmpty()) throw new UnknownHostException();
    var vetted = new ArrayList<InetSocketAddress>();
    for (InetAddress address : found) {
      if (!policy.permits(host, port, address) || vetted.size() == ADDRESSES_MAX) continue;
      // TLS checks the certificate against the name that hangs on the address: it must be ours.
      var named = InetAddress.getByAddress(host, address.getAddress());
      vetted.add(new InetSocketAddress(named, port));
    }
    if (vetted.isEmpty()) throw new BlockedAddressException();
    return vetted;
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
