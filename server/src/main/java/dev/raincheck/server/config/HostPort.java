package dev.raincheck.server.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a listener is bound.
 *
 * @param host a name or an address; an IPv6 address without its brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9._-]{1,253})):([0-9]{1,5})");
  private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");

  public HostPort {
    new Checks().range("port", port, 0, 65_535).done();
  }

  /** {@code host:port} or {@code [ipv6]:port}; empty when the text is neither. */
  static Optional<HostPort> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) return Optional.empty();

    int port = Integer.parseInt(form.group(3));
    if (port > 65_535) return Optional.empty();
    return Optional.of(new HostPort(form.group(1) != null ? form.group(1) : form.group(2), port));
  }

  /** Whether only this machine can connect. Judged by the text: names are not looked up. */
  public boolean isLoopback() {
    return host.equalsIgnoreCase("localhost")
        || LOOPBACK_V4.matcher(host).matches()
        || host.equals("::1")
        || host.equals("0:0:0:0:0:0:0:1");
  }

  /** Whether it stands for all addresses of the machine, and so is no address to connect to. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
  }

  /** As in the file and in a URL, with brackets around an IPv6 address. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
