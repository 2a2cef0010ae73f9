/**
 * What the server says about itself to people and programs: its OpenAPI document, the pages of its
 * problems, and the catalogue that leads to both.
 */
@NullMarked
package dev.raincheck.server.document;

import org.jspecify.annotations.NullMarked;
