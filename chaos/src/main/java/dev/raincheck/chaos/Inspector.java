package dev.raincheck.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks every node for everything, once all is quiet. */
final class Inspector {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int TRIES_MAX = 60;
  private static final String OPEN = "scheduled,queued,running,waiting,canceling";

  /** If for so long nothing at all moves, it never will: three leases, or a few of the longest rests. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final String GAPS =
      """
      SELECT format('stream %s: %s follows %s', stream, first, expected) FROM (
        SELECT stream, first, lag(first + count, 1, 1::bigint) OVER (PARTITION BY stream ORDER BY first) AS expected
        FROM raincheck.segment) AS s
      WHERE first <> expected\
      """;

  private final Cluster cluster;
  private final History history;

  Inspector(Cluster cluster, History history) {
    this.cluster = cluster;
    this.history = history;
  }

  /** Waits until every operation has ended; throws when nothing moves any more. */
  void awaitQuiet() throws Exception {
    var before = Map.<String, Integer>of();
    long moved = System.nanoTime();
    while (true) {
      var open = new HashMap<String, Integer>();
      for (var document : pages(cluster.nodes().getFirst(), "status=" + OPEN)) open.put(document.id(), document.version());
      if (open.isEmpty()) return;
      if (!open.equals(before)) moved = System.nanoTime();
      before = open;
      if (System.nanoTime() - moved > STUCK_NANOS) {
        throw new StuckException("%d operations are stuck, such as %s".formatted(open.size(), open.keySet().iterator().next()));
      }
      Shell.rest(500);
    }
  }

  Evidence evidence() throws Exception {
    var lists = new ArrayList<Map<String, List<Document>>>();
    var logs = new ArrayList<List<Event>>();
    for (var node : cluster.nodes()) {
      var list = new LinkedHashMap<String, List<Document>>();
      for (var document : pages(node, "")) list.computeIfAbsent(document.id(), _ -> new ArrayList<>()).add(document);
      lists.add(list);
      logs.add(log(node));
    }
    var end = cluster.primary().ask("SELECT max(first + count) - 1 FROM raincheck.segment WHERE stream LIKE '%operations'");
    return new Evidence(history, lists, logs, gaps(), end == null ? 0 : Long.parseLong(end));
  }

  private List<Document> pages(Node node, String filter) throws Exception {
    var all = new ArrayList<Document>();
    for (var cursor = ""; cursor != null; ) {
      var path = "/v1/operations?limit=100&" + filter + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
      var page = get(node, path);
      page.json().path("data").forEach(one -> all.add(Document.of(one)));
      var next = page.json().path("next_cursor");
      cursor = next.isString() ? next.asString() : null;
    }
    return all;
  }

  private List<Event> log(Node node) throws Exception {
    var all = new ArrayList<Event>();
    for (var cursor = "0"; ; ) {
      var page = get(node, "/v1/events?limit=100&after=" + cursor);
      var data = page.json().path("data");
      data.forEach(one -> all.add(Event.of("", one)));
      cursor = page.json().path("next_after").asString();
      if (data.isEmpty()) return all;
    }
  }

  /** A node may just be coming back. */
  private static Api.Reply get(Node node, String path) throws Exception {
    for (int tries = 1; ; tries++) {
      try {
        var reply = node.api().get(path, PATIENCE);
        if (reply.status() == 200) return reply;
        if (tries >= TRIES_MAX) throw new IOException("node %d: %s for %s".formatted(node.number(), reply, path));
      } catch (IOException e) {
        if (tries >= TRIES_MAX) throw e;
      }
      Shell.rest(500);
    }
  }

  private List<String> gaps() throws Exception {
    var gaps = new ArrayList<String>();
    try (var connection = cluster.primary().connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(GAPS)) {
      while (rows.next()) gaps.add(rows.getString(1));
    }
    return gaps;
  }
}
