package dev.raincheck.server.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The same by hand: what is shown as a line for curl is what the tour itself just sent, with the
 * answer it got.
 */
final class HandChapter {
  private final Guide guide;
  private final List<Seen> shown = new ArrayList<>();

  HandChapter(Guide guide) {
    this.guide = guide;
  }

  /**
   * @return what was shown, in order
   */
  List<Seen> tell(PictureChapter.Shown picture) throws InterruptedException {
    guide.screen().heading("4  The same by hand");
    guide
        .screen()
        .say("Each answer below is what the server said just now; documents are shortened.");
    // Submitted first, because its attempts take a while.
    var broken = send(Call.post(guide.url("/v1/operations/price.broken")).json("{\"order\": 13}"));
    keys();
    bytes(picture);
    cancel();
    deadLetter(broken);
    return List.copyOf(shown);
  }

  private void keys() throws InterruptedException {
    var call =
        Call.post(guide.url("/v1/quotes"))
            .header("Idempotency-Key", "order-7")
            .json("{\"order\": 7}");
    var first = send(call).expect(202);
    show("Submit, with a key that makes repeating safe:", first, "Retry-After");
    show(
        "Send it again: nothing new is made, and the answer is the same operation as it stands"
            + " now.",
        send(call).expect(202),
        "Idempotency-Replayed");
    show(
        "The same key for something else is a mistake:",
        send(Call.post(guide.url("/v1/quotes"))
                .header("Idempotency-Key", "order-7")
                .json("{\"order\": 8}"))
            .expect(422));
    show(
        "Wait for it, at most 20 s; the result is inside.",
        send(Call.get(url(first) + "?wait=20")).expect(200));
  }

  private void bytes(PictureChapter.Shown picture) {
    show("An input may be a picture:", picture.submit());
    show("So may a result:", picture.result());
  }

  private void cancel() throws InterruptedException {
    var order =
        "{\"seed\": 3, \"width\": 2400, \"drops\": %d}".formatted(guide.sizes().cloudburst());
    var submit = send(Call.post(guide.url("/v1/operations/poster.draw")).json(order)).expect(202);
    show("Something that takes long: a cloudburst, with progress.", submit);
    var change =
        Call.get(url(submit))
            .header("Prefer", "wait=5")
            .header("If-None-Match", submit.header("ETag").orElseThrow());
    show("The same as soon as it has changed:", send(change));
    show("Cancel it while it runs; its handler is told.", send(Call.post(url(submit) + "/cancel")));
    show("How it ended:", send(Call.get(url(submit) + "?wait=20")).expect(200));
  }

  private void deadLetter(Seen broken) throws InterruptedException {
    show(
        "An endpoint that answers 500: it is tried three times, with pauses, then it is a dead"
            + " letter.",
        broken);
    show("How it ended:", send(Call.get(url(broken) + "?wait=20")).expect(200));
    show(
        "Its result answers as the failure does:",
        send(Call.get(url(broken) + "/result")).expect(502));
    show(
        "Dead letters are a list,",
        send(Call.get(guide.url("/v1/operations?dead=true"))).expect(200));
    show(
        "and a retry is a new operation that knows the old one.",
        send(Call.post(url(broken) + "/retry")).expect(202));
  }

  private Seen send(Call call) throws InterruptedException {
    return guide.client().send(call);
  }

  private void show(String why, Seen seen, String... headers) {
    shown.add(seen);
    guide.screen().exchange(why, seen, headers);
  }

  private static String url(Seen submit) {
    return submit.header("Location").orElseThrow();
  }
}
