/**
 * The configuration file: {@code raincheck.yaml} becomes records that cannot be wrong, or a list of
 * everything that is wrong with it. {@link dev.raincheck.server.config.ConfigFile} is the door.
 */
@NullMarked
package dev.raincheck.server.config;

import org.jspecify.annotations.NullMarked;
