/**
 * Who asks, and how much they may ask: API keys, scopes, rates, simultaneous waits, and the routes
 * that make and revoke keys.
 */
@NullMarked
package dev.raincheck.server.auth;

import org.jspecify.annotations.NullMarked;
