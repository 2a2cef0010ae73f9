package dev.raincheck.operation;

import java.util.OptionalInt;

/** The numbers of tenants that applications name. */
@FunctionalInterface
public interface TenantNumbers {
  /**
   * The tenant's number; a name that is new gets one. Empty if there can be no more tenants, or the name is
   * none. Waits for the store.
   */
  OptionalInt of(String name);
}
