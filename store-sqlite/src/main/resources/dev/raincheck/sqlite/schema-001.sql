-- Raincheck's tables in SQLite. Java decides; these columns only select, order and check what was
-- decided. Times are milliseconds of the epoch. Ids are 16 bytes. There are no foreign keys: one
-- writer, one rule book.

-- Words that would otherwise repeat in every row and index: types and queues.
CREATE TABLE word (
  id   INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

-- state: 0 set aside because this version cannot read it, 1 scheduled, 2 blocked behind its lane,
-- 3 ready, 4 running, 5 waiting, 6 canceling, 7 succeeded, 8 failed, 9 canceled.
-- asked is written once, life at each transition; lists need not read either to check a row.
CREATE TABLE operation (
  row         INTEGER PRIMARY KEY,
  id          BLOB    NOT NULL CHECK (length(id) = 16),
  tenant      INTEGER NOT NULL,
  type        INTEGER NOT NULL,
  queue       INTEGER NOT NULL,
  state       INTEGER NOT NULL CHECK (state BETWEEN 0 AND 9),
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
  rank        INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  due         INTEGER,
  owner       INTEGER,
  finished_at INTEGER,
  lane        BLOB,
  turn        INTEGER,
  dead        INTEGER NOT NULL DEFAULT 0 CHECK (dead IN (0, 1)),
  parent      BLOB CHECK (length(parent) = 16),
  correlation TEXT,
  tags        TEXT,
  asked       BLOB    NOT NULL,
  life        BLOB    NOT NULL,
  CHECK ((owner IS NOT NULL) = (state IN (4, 6))),
  CHECK ((finished_at IS NOT NULL) = (state >= 7)),
  CHECK ((turn IS NOT NULL) = (state = 2)),
  CHECK (turn IS NULL OR lane IS NOT NULL),
  CHECK (dead = 0 OR state = 8)
) STRICT;

CREATE UNIQUE INDEX operation_id ON operation (id);
-- A claim is one range of this.
CREATE INDEX operation_ready ON operation (queue, priority, rank, id) WHERE state = 3;
-- The next in a lane.
CREATE INDEX operation_blocked ON operation (lane, turn) WHERE state = 2;
-- What time alone will change.
CREATE INDEX operation_due ON operation (due) WHERE due IS NOT NULL;
-- Whose owner is gone, and the oldest of each kind: small, because it forgets what has ended.
CREATE INDEX operation_live ON operation (state, type, queue, created_at, owner) WHERE state < 7;
-- Lists, newest first.
CREATE INDEX operation_list ON operation (tenant, created_at, id);
CREATE INDEX operation_dead ON operation (tenant, created_at, id) WHERE dead = 1;
CREATE INDEX operation_child ON operation (parent, created_at, id) WHERE parent IS NOT NULL;
CREATE INDEX operation_correlation ON operation (tenant, correlation, created_at, id)
  WHERE correlation IS NOT NULL;

-- How many operations there are in each state, kept by every commit, so that nobody has to count.
CREATE TABLE depth (
  state INTEGER NOT NULL,
  type  INTEGER NOT NULL,
  queue INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (state, type, queue)
) STRICT, WITHOUT ROWID;

-- Payloads that are too long for the row: id is twice the operation's row, one more for a result.
CREATE TABLE payload (
  id    INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE chunk (
  operation  INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  kind       INTEGER NOT NULL CHECK (kind IN (0, 1)),
  media_type TEXT,
  body       BLOB    NOT NULL,
  PRIMARY KEY (operation, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstone (
  id     BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant INTEGER NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tombstone_until ON tombstone (until);

-- key holds tenant, scope and key, so that keys which come in order are written side by side.
CREATE TABLE idem (
  key         BLOB PRIMARY KEY,
  fingerprint BLOB    NOT NULL,
  operation   BLOB    NOT NULL CHECK (length(operation) = 16),
  until       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- key holds tenant, queue and key.
CREATE TABLE lane (
  key      BLOB PRIMARY KEY,
  width    INTEGER NOT NULL,
  admitted INTEGER NOT NULL CHECK (admitted >= 0),
  tail     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE owner (
  id          INTEGER PRIMARY KEY,
  lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE document (
  kind    TEXT    NOT NULL,
  tenant  INTEGER NOT NULL,
  id      TEXT    NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  body    BLOB    NOT NULL,
  PRIMARY KEY (kind, tenant, id)
) STRICT;

-- The log: what one batch has to say in one stream. Offsets are dense in each stream, from 1.
CREATE TABLE segment (
  position INTEGER PRIMARY KEY,
  stream   TEXT    NOT NULL,
  first    INTEGER NOT NULL CHECK (first >= 1),
  count    INTEGER NOT NULL CHECK (count >= 1),
  node     INTEGER NOT NULL,
  batch    INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  entries  BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX segment_stream ON segment (stream, first);

-- The batches committed last, and when: the answer to "did it stand?", and the clock's high water.
CREATE TABLE batch (
  id     INTEGER PRIMARY KEY,
  node   INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at     INTEGER NOT NULL
) STRICT;

-- One row: whether the last process closed the file itself, and how often the disk was full.
CREATE TABLE process (
  clean       INTEGER NOT NULL CHECK (clean IN (0, 1)),
  emergencies INTEGER NOT NULL
) STRICT;
INSERT INTO process VALUES (1, 0);
