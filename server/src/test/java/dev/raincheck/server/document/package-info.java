/** What the server says about itself. */
package dev.raincheck.server.document;
