package dev.raincheck.server.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Sha256;
import dev.raincheck.server.http.Header;
import dev.raincheck.server.operation.Document;
import java.util.Base64;
import java.util.List;

/** Problems as pages for people: no scripts, nothing from elsewhere, readable without style. */
final class ProblemHtml {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
      body { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
      code { font: 0.95em ui-monospace, monospace; }
      h1 small { display: block; font-size: 0.55em; font-weight: normal; opacity: 0.7; }
      dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; }
      table { border-collapse: collapse; } td, th { text-align: left; padding: 0.25rem 1rem 0.25rem 0; vertical-align: top; }
      """;

  /** What browsers are told about these pages. */
  static final List<Header> HEADERS =
      List.of(
          new Header(
              "Content-Security-Policy",
              "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                  .formatted(digest(STYLE))),
          new Header("Referrer-Policy", "no-referrer"));

  private ProblemHtml() {}

  static Document page(ProblemTexts problem) {
    return document(
        problem.title(),
        """
        <h1>%s <small><code>%s</code>, HTTP status %s</small></h1>
        <dl>
        <dt>When it happens</dt><dd>%s</dd>
        <dt>What to do</dt><dd>%s</dd>
        <dt>Will the same request succeed later?</dt><dd>%s</dd>
        <dt>What it tells</dt><dd>%s</dd>
        </dl>
        <p><a href="../problems">All problems</a></p>
        """
            .formatted(
                escaped(problem.title()),
                escaped(problem.code()),
                problem.statusText(),
                escaped(problem.when()),
                escaped(problem.remedy()),
                escaped(problem.retryText()),
                escaped(problem.kindText())));
  }

  static Document list(List<ProblemTexts> problems) {
    var rows = new StringBuilder(8_192);
    for (var problem : problems) {
      rows.append(
          "<tr><td><a href=\"problems/%s\"><code>%s</code></a></td><td>%s</td><td>%s</td></tr>\n"
              .formatted(
                  problem.code(), problem.code(), problem.statusText(), escaped(problem.title())));
    }
    return document(
        "Problems",
        """
        <h1>Problems</h1>
        <p>Errors are <code>application/problem+json</code> (RFC 9457). Programs compare <code>code</code>;
        <code>detail</code> says what to do this time.</p>
        <table><thead><tr><th>code</th><th>status</th><th>title</th></tr></thead>
        <tbody>
        %s</tbody></table>
        """
            .formatted(rows));
  }

  private static Document document(String title, String body) {
    var html =
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>%s</style>
        </head>
        <body>
        %s</body>
        </html>
        """
            .formatted(escaped(title), STYLE, body);
    return Document.of("text/html; charset=utf-8", html.getBytes(UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }

  private static String digest(String text) {
    return Base64.getEncoder().encodeToString(Sha256.of(text.getBytes(UTF_8)));
  }
}
