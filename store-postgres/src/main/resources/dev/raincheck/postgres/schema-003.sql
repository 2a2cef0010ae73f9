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

-- The log by days, so that what is old is dropped with its table. Keys are each partition's own: positions and
-- offsets are given behind the lock on log_tail, and a key of the whole would have to hold the time as well.
ALTER TABLE segment RENAME TO segment_before;
ALTER TABLE segment_before RENAME CONSTRAINT segment_pkey TO segment_before_pkey;
ALTER INDEX segment_stream RENAME TO segment_before_stream;

-- Checks have the names that they have in what was there: else it would not be taken as a partition.
CREATE TABLE segment (
  position bigint  NOT NULL CONSTRAINT segment_position_check CHECK (position >= 1),
  stream   text    COLLATE "C" NOT NULL,
  first    bigint  NOT NULL CONSTRAINT segment_first_check CHECK (first >= 1),
  count    integer NOT NULL CONSTRAINT segment_count_check CHECK (count >= 1),
  node     bigint  NOT NULL,
  batch    bigint  NOT NULL,
  at       bigint  NOT NULL,
  entries  bytea   NOT NULL
) PARTITION BY RANGE (at);

-- What was there is the first partition, up to the end of tomorrow. That nothing in it is younger has been checked.
DO $$
DECLARE
  bound constant bigint := (floor(extract(epoch FROM clock_timestamp()) / 86400)::bigint + 2) * 86400000;
BEGIN
  IF EXISTS (SELECT 1 FROM segment_before) THEN
    EXECUTE format('ALTER TABLE segment ATTACH PARTITION segment_before FOR VALUES FROM (MINVALUE) TO (%s)', bound);
    ALTER TABLE segment_before DROP CONSTRAINT IF EXISTS segment_before_bound;
  ELSE
    DROP TABLE segment_before;
  END IF;
END
$$;

-- The last segments of streams whose day is gone, so that their offsets go on; and whatever finds no day.
CREATE TABLE segment_rest PARTITION OF segment DEFAULT;
ALTER TABLE segment_rest ADD PRIMARY KEY (position);
CREATE UNIQUE INDEX segment_rest_stream ON segment_rest (stream, first);

-- Where a stream and the log end, looked for in all days: for appends that find nothing in the days of late.
CREATE FUNCTION next_offset(of_stream text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN coalesce(
    (SELECT s.first + s.count FROM segment AS s WHERE s.stream = of_stream ORDER BY s.first DESC LIMIT 1), 1);
END
$$;
CREATE FUNCTION last_position() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT coalesce(max(position), 0) FROM segment);
END
$$;

-- Deletes are the only way here, and each leaves a payload's pages behind: they are to be used again soon.
ALTER TABLE payload SET (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
  toast.autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_threshold = 5000,
  toast.autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE chunk SET (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);
