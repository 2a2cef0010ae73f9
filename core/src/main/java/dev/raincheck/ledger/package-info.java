/** The shared vocabulary and the rules: commands, states, rows, decide; the group commit; the storage seam. */
@NullMarked
package dev.raincheck.ledger;

import org.jspecify.annotations.NullMarked;
