package dev.raincheck.server.egress;

import java.util.Locale;

/** What went wrong between us and the other side, in words that are safe to show to anyone. */
public enum EgressFault {
  DNS_ERROR,
  CONNECTION_REFUSED,
  /** No route, or the connection could not be made for another reason. */
  CONNECTION_FAILED,
  CONNECTION_RESET,
  /** The connection ended before the answer was whole. */
  CONNECTION_CLOSED,
  TIMEOUT,
  TLS_ERROR,
  /** The answer was not HTTP, or its headers were too large. */
  INVALID_HTTP,
  /** The answer was compressed although we asked for none. */
  CONTENT_ENCODING,
  /** The answer could not be kept here, for example because the disk is full. */
  STORAGE,
  /** Our own limits on connections, lookups or memory; the other side was not asked. */
  BUSY;

  /** The fault as a stable word: {@code connection_refused}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
