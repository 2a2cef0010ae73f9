package dev.raincheck.server.cli;

import dev.raincheck.server.text.Printable;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * Where a command reads and writes. Everything but {@link #raw} is made printable here, so that no
 * command can forget it.
 */
final class Terminal {
  private static final int WIDTH = 79;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private int drawn;

  /**
   * @param interactive whether a person watches {@code out}
   */
  Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.interactive = interactive;
  }

  boolean isInteractive() {
    return interactive;
  }

  InputStream in() {
    return in;
  }

  void line(String line) {
    erase();
    out.println(Printable.line(line));
    out.flush();
  }

  /** Text that may have line breaks of its own. */
  void text(String text) {
    erase();
    out.println(Printable.text(text));
    out.flush();
  }

  /** Draws over what was drawn last, on an interactive terminal. */
  void redraw(String line) {
    var shown = Printable.line(line, WIDTH);
    out.print("\r" + shown + " ".repeat(Math.max(0, drawn - shown.length())));
    out.flush();
    drawn = shown.length();
  }

  private void erase() {
    if (drawn > 0) out.print("\r" + " ".repeat(drawn) + "\r");
    drawn = 0;
  }

  void note(String line) {
    erase();
    err.println(Printable.line(line));
    err.flush();
  }

  /** The bytes as they are: for files and pipes, never for a person's terminal. */
  PrintStream raw() {
    return out;
  }
}
