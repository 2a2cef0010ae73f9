-- One row for each queue with a limit in the cluster, put there by the first claim. Never updated, only locked:
-- whoever holds it may count what runs and start more.
CREATE TABLE queue (name text COLLATE "C" PRIMARY KEY);
