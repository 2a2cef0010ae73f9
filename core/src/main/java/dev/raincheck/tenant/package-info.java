/** Tenants and API keys. */
@NullMarked
package dev.raincheck.tenant;

import org.jspecify.annotations.NullMarked;
