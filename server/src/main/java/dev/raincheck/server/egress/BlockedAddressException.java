package dev.raincheck.server.egress;

import java.io.IOException;

/** Carries the policy's verdict through the HTTP client. */
final class BlockedAddressException extends IOException {
  BlockedAddressException() {
    super("blocked address");
  }
}
