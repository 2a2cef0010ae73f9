package dev.raincheck.server.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What each chapter of the tour works with. */
record Guide(Screen screen, Client client, House house, Sizes sizes) {
  String url(String path) {
    return house.url() + path;
  }

  Path file(String name) {
    return house.folder().resolve(name);
  }

  /** Keeps bytes in the tour's folder. */
  Path save(String name, byte[] bytes) throws IOException {
    return Files.write(file(name), bytes);
  }

  /** Follows an operation with a bar, and expects that it succeeds. */
  Client.Followed watch(String label, Seen accepted) throws InterruptedException {
    var bar = new Bar(screen, label);
    bar.show(accepted.json());
    var followed = client.follow(accepted, bar::show);
    var status = followed.operation().path("status").asString("");
    if (!status.equals("succeeded")) {
      throw new IllegalStateException("%s ended as %s".formatted(label, followed.last().brief()));
    }
    bar.end("%s, %s".formatted(status, Text.many(followed.polls(), "long-poll")));
    return followed;
  }

  /** How long an operation took from its acceptance to its end, by the server's clock. */
  static String lasted(Client.Followed followed) {
    var operation = followed.operation();
    var from = Instant.parse(operation.path("created_at").asString(""));
    var to = Instant.parse(operation.path("finished_at").asString(""));
    return Text.time(Duration.between(from, to));
  }
}
