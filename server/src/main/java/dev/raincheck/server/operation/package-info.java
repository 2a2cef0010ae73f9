/**
 * Operations over HTTP: how they are asked for, shown, waited for and changed.
 *
 * <p>{@code OperationRoutes} is the door. {@code OperationDocument} writes what all answers show,
 * {@code OperationHeaders} what stands around it.
 */
@NullMarked
package dev.raincheck.server.operation;

import org.jspecify.annotations.NullMarked;
