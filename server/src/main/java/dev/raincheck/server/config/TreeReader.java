package dev.raincheck.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Composes the parser's events into a {@link Tree}, under limits. It composes by itself because the
 * library's own trees expand aliases without a bound on the whole and know no depth.
 */
final class TreeReader {
  static final int DEPTH_MAX = 32;
  static final int ALIASES_MAX = 50;

  /** Values in the whole document, those behind each alias counted again. */
  static final int NODES_MAX = 100_000;

  /** Stops reading: what follows cannot be understood. */
  static final class Unreadable extends RuntimeException {
    final transient Position at;

    Unreadable(Position at, String reason) {
      super(reason);
      this.at = at;
    }
  }

  private record Sized(Tree tree, int nodes) {}

  private final Iterator<Event> events;
  private final BiConsumer<Position, String> faults;
  private final Map<Anchor, Sized> anchors = new HashMap<>();
  private int aliases;
  private int nodes;

  private TreeReader(Iterator<Event> events, BiConsumer<Position, String> faults) {
    this.events = events;
    this.faults = faults;
  }

  /**
   * The document's tree, or empty when there is nothing in it.
   *
   * @param faults is told of what is wrong but does not stop the reading: duplicate keys
   * @throws Unreadable when the text is not YAML, or passes a limit
   */
  static Optional<Tree> read(String yaml, BiConsumer<Position, String> faults) {
    var settings = LoadSettings.builder().setParseComments(false).build();
    try {
      return new TreeReader(new Parse(settings).parseString(yaml).iterator(), faults).document();
    } catch (MarkedYamlEngineException e) {
      throw new Unreadable(position(e.getProblemMark()), "is not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new Unreadable(Position.START, "is not valid YAML: " + e.getMessage());
    }
  }

  private Optional<Tree> document() {
    events.next(); // the start of the stream
    if (!(events.next() instanceof DocumentStartEvent)) return Optional.empty();

    var tree = node(events.next(), 0);
    events.next(); // the end of the document
    var after = events.next();
    if (!(after instanceof StreamEndEvent)) {
      throw new Unreadable(position(after.getStartMark()), "has a second document");
    }
    return Optional.of(tree);
  }

  private Tree node(Event event, int depth) {
    var at = position(event.getStartMark());
    if (depth > DEPTH_MAX) throw new Unreadable(at, "is nested deeper than " + DEPTH_MAX);
    if (event instanceof AliasEvent alias) return aliased(alias, at);

    int before = nodes;
    count(1, at);
    var tree =
        switch (event) {
          case ScalarEvent scalar -> {
            refuseTag(scalar.getTag(), at);
            yield new Tree.Scalar(at, scalar.getValue(), scalar.isPlain());
          }
          case MappingStartEvent start -> mapping(start, at, depth);
          case CollectionStartEvent start -> sequence(start, at, depth);
          default -> throw new Unreadable(at, "is not valid YAML");
        };
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(anchor -> anchors.put(anchor, new Sized(tree, nodes - before)));
    return tree;
  }

  private Tree aliased(AliasEvent alias, Position at) {
    var target = anchors.get(alias.getAlias());
    if (target == null) {
      throw new Unreadable(
          at, "is an alias of *%s, which is not defined before it".formatted(alias.getAlias()));
    }
    if (++aliases > ALIASES_MAX) {
      throw new Unreadable(at, "is one alias too many: at most " + ALIASES_MAX);
    }
    count(target.nodes(), at);
    return target.tree();
  }

  private Tree sequence(CollectionStartEvent start, Position at, int depth) {
    refuseTag(start.getTag(), at);
    List<Tree> items = new ArrayList<>();
    for (var event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return new Tree.Sequence(at, items);
  }

  private Tree mapping(MappingStartEvent start, Position at, int depth) {
    refuseTag(start.getTag(), at);
    var entries = new LinkedHashMap<String, Tree.Entry>();
    for (var event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      var key = node(event, depth + 1);
      if (!(key instanceof Tree.Scalar name)) {
        throw new Unreadable(key.at(), "is a key that is not a single value");
      }
      var value = node(events.next(), depth + 1);
      var first = entries.putIfAbsent(name.text(), new Tree.Entry(key.at(), value));
      if (first != null) {
        faults.accept(
            key.at(),
            "\"%s\" is there twice, first in line %d".formatted(name.text(), first.keyAt().line()));
      }
    }
    return new Tree.Mapping(at, entries);
  }

  private void count(int more, Position at) {
    nodes += more;
    if (nodes > NODES_MAX) throw new Unreadable(at, "has more than " + NODES_MAX + " values");
  }

  /** Tags choose types, and types are ours to choose. A lone {@code !} only says "not a number". */
  private static void refuseTag(Optional<String> tag, Position at) {
    if (tag.isPresent() && !tag.get().equals("!")) {
      throw new Unreadable(at, "has the tag " + tag.get() + ", and tags are not allowed");
    }
  }

  private static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
  }
}
