package dev.raincheck.server.document;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Request;
import java.util.Locale;

/** Whether a page or JSON is wanted: a browser names HTML, and programs that name nothing get JSON. */
final class Accepts {
  private static final String HTML = "text/html";

  private Accepts() {}

  static boolean html(Request request) {
    double html = -1;
    double json = -1;
    double any = -1;
    for (var line : request.headers(HeaderNames.ACCEPT)) {
      for (var element : line.toLowerCase(Locale.ROOT).split(",")) {
        var parts = element.split(";");
        var type = parts[0].strip();
        double quality = quality(parts);
        if (type.equals(HTML)) html = Math.max(html, quality);
        if (type.equals("application/json") || type.endsWith("+json")) json = Math.max(json, quality);
        if (type.equals("*/*") || type.equals("application/*")) any = Math.max(any, quality);
      }
    }
    return html > 0 && html >= (json < 0 ? any : json);
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip();
      if (!parameter.startsWith("q=")) continue;
      var value = parameter.substring(2);
      return value.matches("[01](\\.[0-9]{0,3})?") ? Double.parseDouble(value) : 0;
    }
    return 1;
  }
}
