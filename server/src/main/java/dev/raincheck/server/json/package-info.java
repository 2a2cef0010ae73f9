/** JSON as strictly as the contract reads it. */
@NullMarked
package dev.raincheck.server.json;

import org.jspecify.annotations.NullMarked;
