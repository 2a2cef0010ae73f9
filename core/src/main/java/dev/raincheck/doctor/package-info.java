/** What was looked at, how it is, and what to do about it: said by stores, shown by the command line. */
@NullMarked
package dev.raincheck.doctor;

import org.jspecify.annotations.NullMarked;
