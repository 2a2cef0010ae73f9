/** What users touch: types, handlers, submissions, and the dispatcher that runs attempts. */
@NullMarked
package dev.raincheck.operation;

import org.jspecify.annotations.NullMarked;
