package dev.raincheck.server.http;

import dev.raincheck.server.tls.Identity;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS as our doors speak it: 1.2 and 1.3, ciphers with forward secrecy, the server's order. The
 * certificate can be exchanged while connections are open; they keep the one they began with.
 */
public final class Tls {
  private final SslContextFactory.Server context = new SslContextFactory.Server();

  public Tls(Identity identity) {
    context.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    context.setCipherComparator(HTTP2Cipher.COMPARATOR);
    context.setUseCipherSuitesOrder(true);
    context.setRenegotiationAllowed(false);
    // Any name will do: certificates do not choose what is served, and URLs never come from a host.
    context.setSniRequired(false);
    context.setEndpointIdentificationAlgorithm(null);
    show(context, identity);
  }

  /** New handshakes use this one from now on. */
  public void use(Identity identity) {
    try {
      context.reload(changed -> show((SslContextFactory.Server) changed, identity));
    } catch (Exception failure) {
      throw new IllegalStateException("the new certificate could not be used", failure);
    }
  }

  private static void show(SslContextFactory.Server context, Identity identity) {
    context.setKeyStore(identity.keyStore());
    context.setKeyStorePassword("");
  }

  SslContextFactory.Server context() {
    return context;
  }
}
