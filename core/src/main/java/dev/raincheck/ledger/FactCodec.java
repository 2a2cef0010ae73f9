package dev.raincheck.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How published events are written in a segment. They follow an empty list of operations' entries, so that a
 * node of the version before, which knows none, reads such a segment as one that tells it nothing.
 */
final class FactCodec {
  private static final int FORMAT = 1;

  private FactCodec() {}

  static void write(Sink out, List<Fact> facts) {
    out.one(FORMAT);
    out.number(facts.size());
    for (var fact : facts) write(out, fact);
  }

  private static void write(Sink out, Fact fact) {
    out.text(fact.id());
    out.maybe(fact.source(), Sink::text);
    out.text(fact.type());
    out.maybe(fact.key(), Sink::text);
    out.instant(fact.at());
    out.maybe(
        fact.data(),
        (sink, data) -> {
          sink.text(data.mediaType());
          sink.bytes(data.bytes());
        });
    out.number(fact.extensions().size());
    fact.extensions()
        .forEach(
            (name, value) -> {
              out.text(name);
              out.text(value);
            });
  }

  static List<Fact> read(Source in, String topic) {
    int format = in.one();
    if (format != FORMAT) throw new StoreException("events have format " + format + ", unknown to this version");
    int count = in.count();
    var facts = new ArrayList<Fact>(count);
    for (int i = 0; i < count; i++) facts.add(fact(in, topic));
    return facts;
  }

  private static Fact fact(Source in, String topic) {
    return new Fact(
        topic, in.text(), in.maybe(Source::text), in.text(), in.maybe(Source::text), in.instant(),
        in.maybe(FactCodec::data), extensions(in));
  }

  private static Payload.Inline data(Source in) {
    var mediaType = in.text();
    return new Payload.Inline(in.bytes(), mediaType);
  }

  private static Map<String, String> extensions(Source in) {
    int count = in.count();
    Map<String, String> extensions = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) extensions.put(in.text(), in.text());
    return extensions;
  }
}
