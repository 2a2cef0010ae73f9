package dev.raincheck.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is known at the end: what was seen, and what each node tells once everything is quiet.
 *
 * @param lists every operation by its id, for each node
 * @param logs every event of the tenant's stream in order, for each node
 * @param gaps what the database's own log lacks, in words
 * @param end the offset of the log's last entry
 */
record Evidence(
    History history, List<Map<String, List<Document>>> lists, List<List<Event>> logs, List<String> gaps,
    long end) {

  /** Each operation as the first node tells it. */
  Map<String, List<Document>> operations() {
    return lists.getFirst();
  }

  /** Each operation as its last event tells it, with its result, which lists leave out. */
  Map<String, Document> ends() {
    var ends = new HashMap<String, Document>();
    for (var event : logs.getFirst()) ends.put(event.document().id(), event.document());
    return ends;
  }
}
