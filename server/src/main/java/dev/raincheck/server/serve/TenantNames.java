package dev.raincheck.server.serve;

import dev.raincheck.tenant.Tenants;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Tenants' names for log lines; a number stands in for a name that is not known yet. */
final class TenantNames implements IntFunction<String> {
  private final Map<Integer, String> known = new ConcurrentHashMap<>();
  private volatile @Nullable Tenants tenants;

  void from(Tenants source) {
    tenants = source;
  }

  @Override
  public String apply(int number) {
    var name = known.get(number);
    if (name != null) return name;
    var source = tenants;
    if (source != null) source.all().forEach((each, its) -> known.put(its, each));
    return known.getOrDefault(number, String.valueOf(number));
  }
}
