/**
 * Attacks a real cluster from outside: real server processes on a real PostgreSQL server, load over HTTP,
 * faults from a seeded schedule, and checks of what clients and handlers saw.
 */
@NullMarked
package dev.raincheck.chaos;

import org.jspecify.annotations.NullMarked;
