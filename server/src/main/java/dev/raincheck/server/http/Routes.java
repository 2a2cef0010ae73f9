package dev.raincheck.server.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The route table: finds the route of a method and path, and can be listed.
 *
 * <p>A literal segment beats {@code {name}:verb}, which beats {@code {name}}. Templates that differ
 * only in the names of their parameters are one resource, whose methods {@code Allow} tells.
 */
public final class Routes {
  private static final List<String> ORDER_OF_METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private final List<Route> routes;
  private final Node root = new Node();
  private final String allow;

  /** What was found for a method and path. */
  sealed interface Found {
    record Match(Route route, Parameters parameters) implements Found {}

    /** The path is known, the method is not one of these. */
    record OtherMethods(String allow) implements Found {}

    record Nothing() implements Found {}
  }

  /** The names and decoded values of a template's parameters, in order. */
  record Parameters(List<String> names, List<String> values) {
    @Nullable String find(String name) {
      int at = names.indexOf(name);
      return at < 0 ? null : values.get(at);
    }
  }

  private record Entry(Route route, List<String> names) {}

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<String, Node> verbs = new TreeMap<>();
    @Nullable Node parameter;
    final Map<String, Entry> methods = new HashMap<>();
    String allow = "";
  }

  /**
   * @throws IllegalArgumentException if two routes are the same method on the same resource, or a
   *     template is malformed
   */
  public Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
    this.routes.forEach(this::add);
    this.allow = allow(this.routes.stream().map(Route::method).toList());
  }

  /** Every route, in the order given. */
  public List<Route> all() {
    return routes;
  }

  private void add(Route route) {
    var names = new ArrayList<String>();
    var node = root;
    for (String segment : segments(route.template())) {
      node = child(node, segment, names, route);
    }
    if (node.methods.putIfAbsent(route.method(), new Entry(route, List.copyOf(names))) != null) {
      throw new IllegalArgumentException(
          "two routes for %s %s".formatted(route.method(), route.template()));
    }
    node.allow = allow(node.methods.keySet());
  }

  private static Node child(Node node, String segment, List<String> names, Route route) {
    if (!segment.startsWith("{")) return node.literals.computeIfAbsent(segment, s -> new Node());

    int end = segment.indexOf('}');
    String verb = segment.substring(end + 1);
    if (end < 2 || !(verb.isEmpty() || verb.matches(":[a-z]+"))) {
      throw new IllegalArgumentException("malformed template %s".formatted(route.template()));
    }
    names.add(segment.substring(1, end));
    if (!verb.isEmpty()) return node.verbs.computeIfAbsent(verb, v -> new Node());
    var parameter = node.parameter;
    if (parameter == null) node.parameter = parameter = new Node();
    return parameter;
  }

  private static String allow(Collection<String> methods) {
    var allowed = new ArrayList<String>();
    for (String method : ORDER_OF_METHODS) {
      boolean head = method.equals("HEAD") && methods.contains("GET");
      if (head || methods.contains(method)) allowed.add(method);
    }
    allowed.add("OPTIONS");
    return String.join(", ", allowed);
  }

  /**
   * Looks a raw path up; HEAD finds GET's route. {@code *} is the server as a whole.
   *
   * @throws RefusedException 400 if percent-encoding in the path is broken
   */
  Found find(String method, String path) {
    if (path.equals("*") && method.equals("OPTIONS")) return new Found.OtherMethods(allow);
    if (!path.startsWith("/") || path.indexOf(';') >= 0) return new Found.Nothing();

    var values = new ArrayList<String>(2);
    var node = walk(root, segments(path), 0, values);
    if (node == null) return new Found.Nothing();
    var entry = node.methods.get(method.equals("HEAD") ? "GET" : method);
    return entry == null
        ? new Found.OtherMethods(node.allow)
        : new Found.Match(entry.route(), new Parameters(entry.names(), values));
  }

  /** The node of the path from a segment on; tries the more literal way first and comes back. */
  private static @Nullable Node walk(
      Node node, List<String> segments, int at, List<String> values) {
    if (at == segments.size()) return node.methods.isEmpty() ? null : node;
    String segment = PercentEncoding.decode(segments.get(at));
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) return null;

    var literal = node.literals.get(segment);
    if (literal != null) {
      var found = walk(literal, segments, at + 1, values);
      if (found != null) return found;
    }
    int colon = node.verbs.isEmpty() ? -1 : segment.lastIndexOf(':');
    if (colon > 0) {
      var verb = node.verbs.get(segment.substring(colon));
      var found = into(verb, segment.substring(0, colon), segments, at, values);
      if (found != null) return found;
    }
    return into(node.parameter, segment, segments, at, values);
  }

  private static @Nullable Node into(
      @Nullable Node node, String value, List<String> segments, int at, List<String> values) {
    if (node == null) return null;
    int before = values.size();
    values.add(value);
    var found = walk(node, segments, at + 1, values);
    if (found == null) values.subList(before, values.size()).clear();
    return found;
  }

  private static List<String> segments(String path) {
    var segments = new ArrayList<String>(6);
    for (int from = 1; ; ) {
      int slash = path.indexOf('/', from);
      segments.add(path.substring(from, slash < 0 ? path.length() : slash));
      if (slash < 0) return segments;
      from = slash + 1;
    }
  }
}
