package dev.raincheck.server.http;

/** What the sweep looks at. */
interface Swept {
  /** Called now and then, a few times a second: the place to look at deadlines. */
  void sweep(long now);

  /** Closes at once, without a word. */
  void cut();
}
