/** The server's certificate and key: read from PEM files, checked, and read again when they change. */
@NullMarked
package dev.raincheck.server.tls;

import org.jspecify.annotations.NullMarked;
