/** Time, chance and storage for tests: what the engine is tested with, for users' tests as well. */
@NullMarked
package dev.raincheck.testkit;

import org.jspecify.annotations.NullMarked;
