/** Text that came from outside, made safe to show to people. */
@NullMarked
package dev.raincheck.server.text;

import org.jspecify.annotations.NullMarked;
