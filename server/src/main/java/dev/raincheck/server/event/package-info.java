/** Events of operations over HTTP: live streams, and pages of what happened. */
@NullMarked
package dev.raincheck.server.event;

import org.jspecify.annotations.NullMarked;
