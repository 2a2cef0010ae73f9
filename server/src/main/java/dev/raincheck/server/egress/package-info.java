/**
 * Everything that leaves the server over HTTP: which addresses may be called, and the one client
 * that calls them. Targets, webhooks and token endpoints are written by others, so nothing that
 * they name or answer is trusted.
 */
@NullMarked
package dev.raincheck.server.egress;

import org.jspecify.annotations.NullMarked;
