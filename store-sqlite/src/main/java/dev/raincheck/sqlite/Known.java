package dev.raincheck.sqlite;

import dev.raincheck.ledger.Operation;

/** An operation as its row keeps it, and which row that is. */
record Known(long row, Operation operation) {}
