/** What happened to operations, in order, for those who follow: an operation's history and a tenant's log. */
@NullMarked
package dev.raincheck.event;

import org.jspecify.annotations.NullMarked;
