package dev.raincheck.server.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What all doors share.
 *
 * @param bodyBytes held by requests now
 * @param liveBytes offered to live answers and not yet taken
 * @param nanoClock only ever compared with itself
 */
record House(
    HttpSettings settings,
    RequestListener listener,
    RequestIds ids,
    LongSupplier nanoClock,
    InFlight inFlight,
    AtomicLong bodyBytes,
    AtomicLong liveBytes,
    ConnectionSweep sweep) {

  HttpLimits limits() {
    return settings.limits();
  }
}
