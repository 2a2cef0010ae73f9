/** What the server signs for itself, so that it need not store it. */
@NullMarked
package dev.raincheck.server.sign;

import org.jspecify.annotations.NullMarked;
