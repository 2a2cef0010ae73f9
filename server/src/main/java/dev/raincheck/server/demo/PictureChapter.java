package dev.raincheck.server.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Pictures are drawn, and become thumbnails. */
final class PictureChapter {
  private final Guide guide;

  PictureChapter(Guide guide) {
    this.guide = guide;
  }

  /** What the next chapters repeat by hand: a submit of a picture, and its result. */
  record Shown(Seen submit, Seen result) {}

  Shown tell() throws InterruptedException, IOException {
    var screen = guide.screen();
    var sizes = guide.sizes();
    screen.heading("1  Pictures become thumbnails");
    screen.paragraph(
        """
        First %s, by operations of the type poster.draw: JSON goes in, a JPEG comes out. Then each
        is posted as image/jpeg, and becomes four thumbnails on a contact sheet. Java methods in
        the server do the work. A bar is a client's long-polls: GET with If-None-Match and
        Prefer: wait=20.
        """
            .formatted(
                Text.many(sizes.pictures(), "poster")
                    + (sizes.pictures() == 1 ? " is drawn" : " are drawn")));
    screen.line("");

    var drawings = new ArrayList<Seen>();
    for (int i = 1; i <= sizes.pictures(); i++) drawings.add(submitDrawing(i));
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("picture", "size", "contact sheet", "size", "202 after", "done after"));
    var shown = new ArrayList<Shown>();
    for (int i = 1; i <= sizes.pictures(); i++) shown.add(picture(i, drawings.get(i - 1), rows));

    screen.line("");
    screen.table(rows);
    screen.aside("in " + guide.house().folder());
    return shown.getFirst();
  }

  private Seen submitDrawing(int number) throws InterruptedException {
    var order =
        "{\"seed\": %d, \"width\": %d, \"drops\": %d}"
            .formatted(number, guide.sizes().pictureWidth(), guide.sizes().drops());
    return guide
        .client()
        .send(Call.post(guide.url("/v1/operations/poster.draw")).json(order))
        .expect(202);
  }

  private Shown picture(int number, Seen drawing, List<List<String>> rows)
      throws InterruptedException, IOException {
    var name = "umbrella-" + number;
    var drawn = guide.watch("drawing " + name, drawing);
    var picture = guide.save(name + ".jpg", guide.client().send(result(drawn)).expect(200).body());

    var submit =
        guide
            .client()
            .send(
                Call.post(guide.url("/v1/operations/" + MakeThumbnails.NAME))
                    .file(picture, "image/jpeg"))
            .expect(202);
    var made = guide.watch("thumbnails of " + name, submit);
    var result = guide.client().send(result(made).saved(name + "-sheet.png")).expect(200);
    var sheet = guide.save(name + "-sheet.png", result.body());
    rows.add(
        List.of(
            name + ".jpg",
            Text.bytes(picture.toFile().length()),
            name + "-sheet.png",
            Text.bytes(sheet.toFile().length()),
            Text.time(submit.took()),
            Guide.lasted(made)));
    return new Shown(submit, result);
  }

  private static Call result(Client.Followed done) {
    return Call.get(done.operation().path("links").path("result").asString(""));
  }
}
