package dev.raincheck.doctor;

/**
 * One thing that was looked at, and how it is.
 *
 * @param check what was looked at: a stable word for programs, such as {@code old-transactions}
 * @param severity whether somebody must act
 * @param figure what was measured, with its unit, such as {@code 312 s}; empty if there is no figure
 * @param text a sentence for people; never a secret
 * @param advice what to do, a sentence or a few; empty if there is nothing to do
 */
public record Finding(String check, Severity severity, String figure, String text, String advice) {
  /** In the order in which they matter least. */
  public enum Severity {
    /** As it should be. */
    OK,
    /** It works, and will not for ever. */
    WARNING,
    /** Something does not work, or what was promised does not hold. */
    PROBLEM
  }

  public static Finding ok(String check, String figure, String text) {
    return new Finding(check, Severity.OK, figure, text, "");
  }

  public static Finding warning(String check, String figure, String text, String advice) {
    return new Finding(check, Severity.WARNING, figure, text, advice);
  }

  public static Finding problem(String check, String figure, String text, String advice) {
    return new Finding(check, Severity.PROBLEM, figure, text, advice);
  }
}
