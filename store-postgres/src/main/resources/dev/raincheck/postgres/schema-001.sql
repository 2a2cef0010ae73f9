-- Raincheck's tables in PostgreSQL. Java decides; these columns only select, order and check what was
-- decided. Times are milliseconds of the epoch. Ids are 16 bytes, compared as unsigned numbers. There are
-- no foreign keys: every writer is a ledger, which locks what it changes.

-- What was asked: written once, so that none of these indexes is touched by a transition.
CREATE TABLE operation (
  id          bytea   PRIMARY KEY CHECK (octet_length(id) = 16),
  tenant      integer NOT NULL,
  type        text    COLLATE "C" NOT NULL,
  created_at  bigint  NOT NULL,
  lane        bytea,
  parent      bytea   CHECK (octet_length(parent) = 16),
  correlation text    COLLATE "C",
  tags        text[]  COLLATE "C",
  asked       bytea   NOT NULL
);
-- Lists, newest first.
CREATE INDEX operation_list ON operation (tenant, created_at, id);
CREATE INDEX operation_child ON operation (parent, created_at, id) WHERE parent IS NOT NULL;
CREATE INDEX operation_correlation ON operation (tenant, correlation, created_at, id)
  WHERE correlation IS NOT NULL;

-- How it stands: small, rewritten at each transition, apart from what was asked so that it stays small.
-- state: 1 scheduled, 2 blocked behind its lane, 3 ready, 4 running, 5 waiting, 6 canceling, 7 succeeded,
-- 8 failed, 9 canceled.
CREATE TABLE life (
  id          bytea    PRIMARY KEY CHECK (octet_length(id) = 16),
  tenant      integer  NOT NULL,
  type        text     COLLATE "C" NOT NULL,
  queue       text     COLLATE "C" NOT NULL,
  created_at  bigint   NOT NULL,
  priority    smallint NOT NULL CHECK (priority BETWEEN 0 AND 9),
  state       smallint NOT NULL CHECK (state BETWEEN 1 AND 9),
  rank        bigint   NOT NULL,
  due         bigint,
  owner       bigint,
  finished_at bigint,
  lane        bytea,
  turn        bigint,
  dead        boolean  NOT NULL,
  life        bytea    NOT NULL,
  CHECK ((owner IS NOT NULL) = (state IN (4, 6))),
  CHECK ((finished_at IS NOT NULL) = (state >= 7)),
  CHECK ((turn IS NOT NULL) = (state = 2)),
  CHECK (turn IS NULL OR lane IS NOT NULL),
  CHECK (NOT dead OR state = 8)
) WITH (
  -- Room beside each row for its next version, and a vacuum that does not wait for a fifth of the table.
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0
);
-- A claim is one range of this.
CREATE INDEX life_ready ON life (queue, priority, rank, id) WHERE state = 3;
-- The next in a lane.
CREATE INDEX life_blocked ON life (lane, turn) WHERE state = 2;
-- What time alone will change.
CREATE INDEX life_due ON life (due, id) WHERE due IS NOT NULL;
-- Whose owner is gone, and what there is of each kind: small, because it forgets what has ended.
CREATE INDEX life_live ON life (state, type, queue, created_at, owner) WHERE state < 7;
CREATE INDEX life_dead ON life (tenant, created_at, id) WHERE dead;

-- Payloads that are too long for the row; part: 0 input, 1 result.
CREATE TABLE payload (
  operation bytea    NOT NULL CHECK (octet_length(operation) = 16),
  part      smallint NOT NULL CHECK (part IN (0, 1)),
  bytes     bytea    NOT NULL,
  PRIMARY KEY (operation, part)
);
ALTER TABLE payload ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE chunk (
  operation  bytea    NOT NULL CHECK (octet_length(operation) = 16),
  version    integer  NOT NULL,
  at         bigint   NOT NULL,
  kind       smallint NOT NULL CHECK (kind IN (0, 1)),
  media_type text,
  body       bytea    NOT NULL,
  PRIMARY KEY (operation, version)
);

CREATE TABLE tombstone (
  id     bytea   PRIMARY KEY CHECK (octet_length(id) = 16),
  tenant integer NOT NULL,
  until  bigint  NOT NULL
);
CREATE INDEX tombstone_until ON tombstone (until, id);

-- key holds tenant, scope and key. A row without an operation is a lock on an absent key: the batch that
-- put it there fills it or takes it away before it commits.
CREATE TABLE idem (
  key         bytea PRIMARY KEY,
  fingerprint bytea,
  operation   bytea CHECK (octet_length(operation) = 16),
  until       bigint,
  CHECK ((operation IS NULL) = (fingerprint IS NULL) AND (operation IS NULL) = (until IS NULL))
) WITH (
  fillfactor = 60,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);

-- key holds tenant, queue and key. A width of 0 is a lock on an absent lane.
CREATE TABLE lane (
  key      bytea   PRIMARY KEY,
  width    integer NOT NULL CHECK (width >= 0),
  admitted integer NOT NULL CHECK (admitted >= 0),
  tail     bigint  NOT NULL
) WITH (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0
);

CREATE TABLE owner (
  id          bigint PRIMARY KEY,
  lease_until bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- A version of 0 is a lock on an absent document.
CREATE TABLE document (
  kind    text    COLLATE "C" NOT NULL,
  tenant  integer NOT NULL,
  id      bytea   NOT NULL,
  version bigint  NOT NULL CHECK (version >= 0),
  body    bytea   NOT NULL,
  PRIMARY KEY (kind, tenant, id)
);

-- The log: what one batch has to say in one stream. Offsets are dense in each stream, from 1; positions
-- rise with the commits of all nodes, because whoever appends holds the one row of log_tail.
CREATE TABLE segment (
  position bigint  PRIMARY KEY CHECK (position >= 1),
  stream   text    COLLATE "C" NOT NULL,
  first    bigint  NOT NULL CHECK (first >= 1),
  count    integer NOT NULL CHECK (count >= 1),
  node     bigint  NOT NULL,
  batch    bigint  NOT NULL,
  at       bigint  NOT NULL,
  entries  bytea   NOT NULL
);
CREATE UNIQUE INDEX segment_stream ON segment (stream, first);

-- Never updated, only locked: a row that each commit rewrote would rot under any old snapshot.
CREATE TABLE log_tail (one boolean PRIMARY KEY CHECK (one));
INSERT INTO log_tail VALUES (true);

-- The batches committed last, and when: the answer to "did it stand?", and the clock's high water.
CREATE TABLE batch (
  node   bigint NOT NULL,
  number bigint NOT NULL,
  at     bigint NOT NULL,
  PRIMARY KEY (node, number)
);
CREATE INDEX batch_at ON batch (at);

-- Which blobs operations refer to. blob: 16 bytes of name, 4 of tenant. A retry shares its original's
-- input, so a blob may be here more than once.
CREATE TABLE blob_reference (
  blob      bytea    NOT NULL CHECK (octet_length(blob) = 20),
  operation bytea    NOT NULL CHECK (octet_length(operation) = 16),
  part      smallint NOT NULL CHECK (part IN (0, 1)),
  size      bigint   NOT NULL CHECK (size >= 0),
  PRIMARY KEY (blob, operation, part)
);

-- Blobs, in pieces of one length but for the last. size is known when the blob is finished: before, nobody
-- sees it.
CREATE TABLE blob (
  id         bytea  PRIMARY KEY CHECK (octet_length(id) = 20),
  size       bigint CHECK (size >= 0),
  written_at bigint NOT NULL
);
CREATE TABLE blob_piece (
  blob  bytea   NOT NULL,
  n     integer NOT NULL,
  bytes bytea   NOT NULL,
  PRIMARY KEY (blob, n)
);
ALTER TABLE blob_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
