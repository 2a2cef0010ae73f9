package dev.raincheck.ledger;

/** Gives what becomes ready its place among others of the same priority. A hint, kept in memory. */
public interface Ranks {
  long next(String queue, int tenant);
}
