package dev.raincheck.server.tls;

import dev.raincheck.pace.Chore;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the files have changed, and passes on what is good. What is not good changes
 * nothing: the server goes on with what it has, and says so once.
 */
public final class PemWatch implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(PemWatch.class);

  private final PemFiles files;
  private Consumer<Identity> use = _ -> {};
  private PemFiles.Bytes seen;
  private volatile Identity current;
  private @Nullable String trouble;
  private boolean told;

  private PemWatch(PemFiles files, PemFiles.Bytes seen, Identity current) {
    this.files = files;
    this.seen = seen;
    this.current = current;
  }

  /** Reads the files for the first time. */
  public static PemWatch start(PemFiles files, Instant now) throws UnusableTls {
    var bytes = files.bytes();
    var identity = Identity.of(bytes, files);
    identity.warning(now).ifPresent(LOG::warn);
    return new PemWatch(files, bytes, identity);
  }

  /** Before the first look: who is given what the files hold after each change. */
  public void tell(Consumer<Identity> use) {
    this.use = use;
  }

  /** What the server shows now. */
  public Identity current() {
    return current;
  }

  @Override
  public int runOnce(Instant now) {
    try {
      var bytes = files.bytes();
      if (bytes.sameAs(seen)) {
        trouble = null;
        return 0;
      }
      var identity = Identity.of(bytes, files);
      use.accept(identity);
      seen = bytes;
      current = identity;
      trouble = null;
      LOG.info("TLS: a new certificate is in use; it expires at {}", identity.notAfter());
      identity.warning(now).ifPresent(LOG::warn);
    } catch (UnusableTls unusable) {
      complain(String.valueOf(unusable.getMessage()));
    }
    return 0;
  }

  /** Two files are never replaced at the same moment, so only what stays wrong is worth a line. */
  private void complain(String why) {
    if (!Objects.equals(why, trouble)) {
      trouble = why;
      told = false;
    } else if (!told) {
      told = true;
      LOG.error("TLS: the changed files are not used, the old certificate stays: {}", why);
    }
  }
}
