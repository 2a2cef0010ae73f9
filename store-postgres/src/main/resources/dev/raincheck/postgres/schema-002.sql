-- The outbox: here an application puts its events, in its own transaction; the ledger moves them into the log.
-- The first five columns are those that Debezium's outbox event router looks for, with its types. Rows are
-- inserted and deleted, never updated. No index but the key, and nothing here is locked by anybody who inserts.
CREATE TABLE outbox (
  id                 uuid         NOT NULL DEFAULT gen_random_uuid(),
  aggregatetype      varchar(255) NOT NULL,
  aggregateid        varchar(255) NOT NULL,
  type               varchar(255) NOT NULL,
  -- What is absurdly long is refused at once; what is too long to be published is set aside.
  payload            jsonb        CHECK (pg_column_size(payload) <= 4194304),
  tracingspancontext varchar(1024),
  tenant             varchar(63)  NOT NULL DEFAULT 'default',
  created_at         timestamptz  NOT NULL DEFAULT clock_timestamp()
                     CHECK (created_at BETWEEN '1970-01-01Z' AND '9999-12-31Z'),
  -- The order: whoever holds a lock on what the event is about takes a higher number than who held it before.
  -- Of a cache each session would take numbers ahead of its time.
  seq                bigint       GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY
) WITH (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000, autovacuum_vacuum_cost_delay = 0
);

-- What could not be published, and why: nothing is lost, and nothing else waits for it.
CREATE TABLE outbox_problem (
  seq                bigint       PRIMARY KEY,
  id                 uuid         NOT NULL,
  aggregatetype      varchar(255) NOT NULL,
  aggregateid        varchar(255) NOT NULL,
  type               varchar(255) NOT NULL,
  payload            jsonb,
  tracingspancontext varchar(1024),
  tenant             varchar(63)  NOT NULL,
  created_at         timestamptz  NOT NULL,
  problem            text         NOT NULL,
  set_aside_at       timestamptz  NOT NULL DEFAULT clock_timestamp()
);

-- Never updated, only locked: by the node that moves rows, so that one does at a time.
CREATE TABLE outbox_mover (one boolean PRIMARY KEY CHECK (one));
INSERT INTO outbox_mover VALUES (true);
