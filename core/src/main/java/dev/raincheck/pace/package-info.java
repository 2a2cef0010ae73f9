/** Chores, the pacemaker, leases and ids: everything that waits for a time waits here. */
@NullMarked
package dev.raincheck.pace;

import org.jspecify.annotations.NullMarked;
