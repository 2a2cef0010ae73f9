package dev.raincheck.server.document;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The part of the OpenAPI document that is the same everywhere: the file {@code openapi.yaml}. */
final class Template {
  /** What stands in the file for the public URL. */
  private static final String BASE = "https://api.example.com";

  private static final String MERGE = "<<";

  /** The file names whole parts again and again. */
  private static final int ALIASES_MAX = 500;

  private final String publicUrl;

  private Template(URI publicUrl) {
    this.publicUrl = publicUrl.toString();
  }

  static ObjectNode read(URI publicUrl) {
    var settings =
        LoadSettings.builder().setLabel("openapi.yaml").setMaxAliasesForCollections(ALIASES_MAX).build();
    try (InputStream file = Template.class.getResourceAsStream("openapi.yaml")) {
      if (file == null) throw new IllegalStateException("openapi.yaml is not in the jar");
      var plain = new Template(publicUrl).plain(new Load(settings).loadFromInputStream(file));
      return JsonMapper.shared().valueToTree(plain);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** With merges carried out, and our own URL. */
  private @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var plain = new LinkedHashMap<String, @Nullable Object>();
        if (plain(map.get(MERGE)) instanceof Map<?, ?> merged) {
          merged.forEach((name, member) -> plain.put(String.valueOf(name), member));
        }
        map.forEach(
            (name, member) -> {
              if (!MERGE.equals(name)) plain.put(String.valueOf(name), plain(member));
            });
        yield plain;
      }
      case List<?> list -> {
        var plain = new ArrayList<@Nullable Object>(list.size());
        list.forEach(item -> plain.add(plain(item)));
        yield plain;
      }
      case String text -> text.replace(BASE, publicUrl);
      case null -> null;
      default -> value;
    };
  }
}
