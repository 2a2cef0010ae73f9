/** Whether this node lives, and whether it takes work. */
@NullMarked
package dev.raincheck.server.health;

import org.jspecify.annotations.NullMarked;
