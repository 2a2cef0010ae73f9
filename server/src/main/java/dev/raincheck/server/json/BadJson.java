package dev.raincheck.server.json;

import org.jspecify.annotations.Nullable;

/**
 * Why bytes are not JSON that we read: a 400 {@code invalid_request}.
 *
 * @param detail a sentence for the sender, with line and column where they are known; holds nothing
 *     of the body but names of members
 * @param pointer to the value or member that it is about, as a fragment ({@code #/input/age}); null
 *     when it is about no value
 */
public record BadJson(String detail, @Nullable String pointer) {}
