-- One row for each queue with a limit in the cluster, put there by the first claim. Never updated, only locked:
-- whoever holds it may count what runs and start more.
CREATE TABLE queue (name text COLLATE "C" PRIMARY KEY);

-- What has started in such queues: an entry for each batch, numbered without a gap by whoever holds the queue's row.
-- Append-only, so that counting stays as cheap while an old snapshot keeps what has ended from being removed.
CREATE TABLE started (
  queue      text   COLLATE "C" NOT NULL,
  n          bigint NOT NULL CHECK (n >= 1),
  at         bigint NOT NULL,
  operations bytea[] NOT NULL,
  PRIMARY KEY (queue, n)
);
