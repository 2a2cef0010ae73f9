package dev.raincheck.server.egress;

/** Why a URL may not be called. */
public enum UrlFault {
  LENGTH("it is empty or longer than 8192 characters"),
  CHARACTERS("it has characters that must be percent-encoded"),
  SCHEME("its scheme is not allowed; use https, or http where that is allowed"),
  USERINFO("it has a user name; give credentials in the configuration instead"),
  FRAGMENT("it has a fragment"),
  HOST("its host is not a host name"),
  NUMERIC_HOST("its host is a number; write an IPv4 address as four decimal numbers"),
  PORT("its port is not a number from 1 to 65535"),
  PORT_NOT_ALLOWED("its port is not allowed"),
  /** The only fault that a name's address can have, too; the address is never told. */
  BLOCKED_ADDRESS("its address is not allowed; the operator can list it in egress.allow");

  private final String reason;

  UrlFault(String reason) {
    this.reason = reason;
  }

  /** A clause for a message: "The URL cannot be used: " + reason. */
  public String reason() {
    return reason;
  }
}
