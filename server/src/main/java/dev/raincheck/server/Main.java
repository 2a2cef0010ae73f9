package dev.raincheck.server;

import dev.raincheck.server.cli.Cli;
import dev.raincheck.server.demo.Tour;
import dev.raincheck.server.serve.Server;
import dev.raincheck.server.serve.StoreExamination;
import dev.raincheck.server.serve.StoredKeys;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The program {@code raincheck}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    var keys = new StoredKeys(InstantSource.system(), new SecureRandom());
    System.exit(new Cli(new Server(), new Tour(), keys, new StoreExamination(InstantSource.system())).run(args));
  }
}
