package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Asks for work under a key, at any node or always at one, and as clients should: who knows nothing asks again with the same
 * key. Now and then the same request goes to all nodes at once.
 */
final class Submitter implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final int REST_MILLIS_MAX = 90;

  private final String name;
  private final Cluster cluster;
  private final History history;
  private final Known known;
  private final Supplier<Node> choice;
  private final int burstsPercent;
  private final RandomGenerator dice;
  private final Load.Rest rest;

  /**
   * @param choice the node to ask next
   * @param burstsPercent how many requests go to all nodes at once, which waits for the slowest
   */
  Submitter(
      String name,
      Cluster cluster,
      Supplier<Node> choice,
      int burstsPercent,
      History history,
      Known known,
      RandomGenerator dice,
      Load.Rest rest) {
    this.name = name;
    this.cluster = cluster;
    this.choice = choice;
    this.burstsPercent = burstsPercent;
    this.history = history;
    this.known = known;
    this.dice = dice;
    this.rest = rest;
  }

  @Override
  public void run() {
    for (int n = 0; !rest.isOver(dice.nextInt(5, REST_MILLIS_MAX)); n++) submit(Work.any(name + "-" + n, dice));
  }

  private void submit(Work work) {
    if (dice.nextInt(100) < burstsPercent) {
      var all = cluster.nodes().stream().map(node -> Thread.ofVirtual().start(() -> ask(node, work))).toList();
      for (var one : all) join(one);
    }
    for (; ; ) {
      switch (ask(choice.get(), work)) {
        case Answer.Accepted(Document document) -> {
          known.add(document.id());
          return;
        }
        case Answer.Refused _ -> {
          if (dice.nextBoolean()) return; // This one gives up, so it must never exist.
        }
        case Answer.Unknown _ -> {}
      }
      if (rest.isOver(dice.nextInt(50, 400))) return;
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer ask(Node node, Work work) {
    long began = System.nanoTime();
    var answer = answer(node, work);
    history.add(new Seen.Submit(began, System.nanoTime(), node.number(), work, answer));
    return answer;
  }

  private static Answer answer(Node node, Work work) {
    try {
      var reply =
          node.api().post("/v1/operations/" + work.type(), work.input(), PATIENCE,
              "Idempotency-Key", work.name(), "Raincheck-Tags", work.name());
      if (reply.status() / 100 == 2) return new Answer.Accepted(Document.of(reply.json()));
      boolean definite = "not-accepted".equals(reply.outcome());
      var code = reply.json().path("code").asString();
      return definite ? new Answer.Refused(reply.status(), code) : new Answer.Unknown(reply.status() + " " + code);
    } catch (IOException e) {
      return new Answer.Unknown(String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Unknown("interrupted");
    }
  }
}
