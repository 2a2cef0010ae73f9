/** How the server logs: configured in code, one line per event, hostile characters escaped. */
@NullMarked
package dev.raincheck.server.log;

import org.jspecify.annotations.NullMarked;
