package dev.raincheck.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.server.config.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands as a shell would, and keeps what they wrote. */
final class Shell {
  final Map<String, String> environment = new HashMap<>();
  final List<Duration> pauses = new ArrayList<>();
  final List<ServerConfig> served = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] in = new byte[0];
  private boolean interactive;
  private Runnable onOutput = () -> {};
  private OfflineKeys keys = new NoKeys();
  private Examine examine = config -> List.of();
  private Demo demo = (out, watched, once) -> 7;
  private Serve serve =
      config -> {
        served.add(config);
        return 0;
      };

  Shell(String url) {
    environment.put("RAINCHECK_URL", url);
    environment.put("RAINCHECK_ADMIN_URL", url);
  }

  Shell interactive() {
    interactive = true;
    return this;
  }

  Shell input(String text) {
    in = text.getBytes(UTF_8);
    return this;
  }

  /** Does something whenever a command has written. */
  Shell onOutput(Runnable action) {
    onOutput = action;
    return this;
  }

  Shell serving(Serve serve) {
    this.serve = serve;
    return this;
  }

  Shell demonstrating(Demo demo) {
    this.demo = demo;
    return this;
  }

  Shell keys(OfflineKeys keys) {
    this.keys = keys;
    return this;
  }

  Shell examining(Examine examine) {
    this.examine = examine;
    return this;
  }

  int run(String... args) {
    out.reset();
    err.reset();
    var terminal =
        new Terminal(
            new ByteArrayInputStream(in),
            new PrintStream(out, true, UTF_8) {
              @Override
              public void flush() {
                super.flush();
                onOutput.run();
              }
            },
            new PrintStream(err, true, UTF_8),
            interactive);
    return new Cli(terminal, environment::get, pauses::add, serve, demo, keys, examine).run(args);
  }

  String out() {
    return out.toString(UTF_8);
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  String err() {
    return err.toString(UTF_8);
  }

  /** A store that cannot be opened. */
  private static final class NoKeys implements OfflineKeys {
    @Override
    public byte[] create(ServerConfig config, byte[] request) {
      throw new IllegalStateException("the store is in use");
    }

    @Override
    public byte[] list(ServerConfig config) {
      throw new IllegalStateException("the store is in use");
    }

    @Override
    public boolean revoke(ServerConfig config, String id) {
      throw new IllegalStateException("the store is in use");
    }
  }
}
