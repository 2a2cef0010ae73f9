/**
 * The command line. {@link dev.raincheck.server.cli.Cli} is the door; what needs the engine comes
 * in through {@link dev.raincheck.server.cli.Serve}, {@link dev.raincheck.server.cli.Demo} and
 * {@link dev.raincheck.server.cli.OfflineKeys}, so that client commands load none of it.
 */
@NullMarked
package dev.raincheck.server.cli;

import org.jspecify.annotations.NullMarked;
