package dev.raincheck.ledger;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a blob: random, and the tenant's that it belongs to. Nothing of it comes from outside, and
 * equal contents have different names, so that no tenant learns of another's.
 */
public record BlobId(int tenant, long hi, long lo) implements Comparable<BlobId> {
  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})([0-9a-f]{16})-(0|[1-9][0-9]{0,9})");
  private static final Comparator<BlobId> ORDER =
      Comparator.comparing(BlobId::hi, Long::compareUnsigned)
          .thenComparing(BlobId::lo, Long::compareUnsigned)
          .thenComparing(BlobId::tenant);

  public BlobId {
    if (tenant < 0) throw new IllegalArgumentException("no tenant " + tenant);
  }

  /** 32 digits, a hyphen and the tenant's number; in the order of the ids. */
  public String text() {
    return "%016x%016x-%d".formatted(hi, lo, tenant);
  }

  /** The id whose text this is; empty for anything else, such as a path. */
  public static Optional<BlobId> parse(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) return Optional.empty();
    long tenant = Long.parseLong(parts.group(3));
    if (tenant > Integer.MAX_VALUE) return Optional.empty();
    return Optional.of(
        new BlobId(
            (int) tenant, Long.parseUnsignedLong(parts.group(1), 16), Long.parseUnsignedLong(parts.group(2), 16)));
  }

  @Override
  public int compareTo(BlobId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return text();
  }
}
