-- Application transactions: work that an application hands over, and results that it records, in transactions
-- of its own. The functions are the interface; the tables are not.

-- Rows wait here from the application's commit until a ledger makes operations of them. n is their order, as
-- far as transactions that run side by side have one. tenant is a name or a number.
CREATE TABLE submitted (
  id            bytea   PRIMARY KEY CHECK (octet_length(id) = 16),
  n             bigint  GENERATED ALWAYS AS IDENTITY,
  at            bigint  NOT NULL,
  tenant        text    CHECK (tenant ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  tenant_number integer CHECK (tenant_number >= 1),
  type          text    NOT NULL CHECK (length(type) <= 100),
  key           text    CHECK (key ~ '^[ -~]{1,255}$'),
  input         bytea   CHECK (octet_length(input) <= 1048576),
  media_type    text    CHECK (length(media_type) <= 255),
  run_at        bigint  CHECK (run_at BETWEEN 0 AND 253402300799999),
  start_by      bigint  CHECK (start_by BETWEEN 0 AND 253402300799999),
  deadline      bigint  CHECK (deadline BETWEEN 1000 AND 31536000000),
  lane          text    CHECK (length(lane) BETWEEN 1 AND 255),
  correlation   text    CHECK (correlation ~ '^[!-~]{1,128}$'),
  tags          text[]  NOT NULL CHECK (cardinality(tags) <= 20 AND length(array_to_string(tags, ',', '*')) <= 1300),
  metadata      jsonb   NOT NULL CHECK (jsonb_typeof(metadata) = 'object' AND octet_length(metadata::text) <= 200000),
  traceparent   text    CHECK (length(traceparent) <= 128),
  CHECK ((tenant IS NULL) <> (tenant_number IS NULL)),
  CHECK ((input IS NULL) = (media_type IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE submitted ALTER COLUMN input SET STORAGE EXTERNAL;
CREATE INDEX submitted_order ON submitted (n);
CREATE INDEX submitted_lane ON submitted (lane, n) WHERE lane IS NOT NULL;
CREATE INDEX submitted_key ON submitted (key, n) WHERE key IS NOT NULL;

-- What an application recorded as the end of a running operation, until a ledger decides it. Whoever puts a row
-- here holds its life and leaves the epoch in life.completing, so that no batch passes it by.
CREATE TABLE completion (
  operation  bytea  PRIMARY KEY CHECK (octet_length(operation) = 16),
  epoch      bigint NOT NULL,
  result     bytea  CHECK (octet_length(result) <= 1048576),
  media_type text   CHECK (length(media_type) <= 255),
  CHECK ((result IS NULL) = (media_type IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE completion ALTER COLUMN result SET STORAGE EXTERNAL;

-- fence: owner # epoch, as whoever knows this column wrote it. A node that does not leaves it as it was and changes
-- the owner, so that the two no longer fit, and no attempt of such a node can be taken for an earlier one.
ALTER TABLE life ADD COLUMN fence bigint, ADD COLUMN completing bigint;

-- The operation that a key of idempotency meant already when this id was handed over with it.
ALTER TABLE tombstone ADD COLUMN same_as bytea CHECK (octet_length(same_as) = 16);

-- What follows finds its tables here, whatever path its callers have, and never among their temporary ones.
SELECT set_config('search_path', current_schema() || ', pg_temp', true);

-- 48 bits of time, 12 for placement, 68 of chance.
CREATE FUNCTION new_operation_id() RETURNS bytea LANGUAGE sql VOLATILE SET search_path FROM CURRENT AS $$
  SELECT int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 16 | (get_byte(chance, 0) & 15))
    || substring(chance FROM 10 FOR 7) || substring(chance FROM 2 FOR 1)
  FROM (SELECT uuid_send(gen_random_uuid()) AS chance) AS random
$$;

-- op_ and 26 digits of Crockford's base 32.
CREATE FUNCTION operation_id_text(id bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
  SELECT 'op_' || string_agg(
    substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substring(bits FROM digit * 5 + 1 FOR 5)::int + 1, 1), '' ORDER BY digit)
  FROM (SELECT B'00' || ('x' || encode(id, 'hex'))::bit(128) AS bits) AS whole, generate_series(0, 25) AS digit
$$;

CREATE FUNCTION operation_id_bytes(id text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path FROM CURRENT AS $$
DECLARE
  hi bigint := 0;
  lo bigint := 0;
  digit int;
BEGIN
  IF id !~ '^op_[0-7][0-9A-HJKMNP-TV-Z]{25}$' THEN
    RAISE EXCEPTION 'operation: an id is op_ and 26 digits, upper case' USING ERRCODE = '22023';
  END IF;
  FOR i IN 4..29 LOOP
    digit := strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substr(id, i, 1)) - 1;
    hi := hi << 5 | (lo >> 59 & 31);
    lo := lo << 5 | digit;
  END LOOP;
  RETURN int8send(hi) || int8send(lo);
END
$$;

-- Everything that can be said; called by the functions for applications. Runs with its caller's rights.
CREATE FUNCTION hand_over(
  type text, input bytea, media_type text, idempotency_key text, tenant text, tenant_number int, run_at timestamptz,
  start_by timestamptz, deadline_seconds int, lane text, correlation_id text, tags text[], metadata jsonb,
  traceparent text) RETURNS text LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
  id bytea := new_operation_id();
  earliest CONSTANT timestamptz := '1970-01-01 00:00:00+00';
  latest CONSTANT timestamptz := '9999-12-31 23:59:59+00';
  wrong text;
BEGIN
  tags := coalesce(tags, '{}');
  metadata := coalesce(metadata, '{}');
  wrong := CASE
    WHEN type IS NULL OR length(type) > 100 OR type !~ '^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$'
      OR type IN ('cancel', 'bulk') OR starts_with(type, 'raincheck.')
      THEN 'type: the name of an operation type, such as report.generate, at most 100 characters'
    WHEN (tenant IS NULL) = (tenant_number IS NULL) THEN 'tenant: say whose operation it is'
    WHEN tenant !~ '^[a-z0-9][a-z0-9._-]{0,62}$' OR tenant_number < 1
      THEN 'tenant: 1 to 63 of a-z, 0-9, ".", "_" and "-", and first a letter or digit'
    WHEN octet_length(input) > 1048576 THEN 'input: at most 1048576 bytes; hand over where a longer one is'
    WHEN (input IS NULL) <> (media_type IS NULL) THEN 'media_type: say what an input is, and nothing without one'
    WHEN length(media_type) > 255 OR media_type !~ '^[!-~]+/[ -~]+$' THEN 'media_type: such as application/json'
    WHEN idempotency_key !~ '^[ -~]{1,255}$' THEN 'idempotency_key: 1 to 255 printable ASCII characters'
    WHEN run_at NOT BETWEEN earliest AND latest THEN 'run_at: a time from 1970 to 9999'
    WHEN start_by NOT BETWEEN earliest AND latest THEN 'start_by: a time from 1970 to 9999'
    WHEN deadline_seconds NOT BETWEEN 1 AND 31536000 THEN 'deadline_seconds: 1 to 31536000, from acceptance'
    WHEN length(lane) NOT BETWEEN 1 AND 255 THEN 'lane: 1 to 255 characters'
    WHEN correlation_id !~ '^[!-~]{1,128}$' THEN 'correlation_id: 1 to 128 visible ASCII characters'
    WHEN array_ndims(tags) > 1 OR cardinality(tags) > 20 OR EXISTS (
        SELECT FROM unnest(tags) AS tag WHERE tag IS NULL OR tag !~ '^[A-Za-z0-9_.:-]{1,64}$')
      THEN 'tags: at most 20, each 1 to 64 of A-Z, a-z, 0-9, "_", ".", ":" and "-"'
    WHEN jsonb_typeof(metadata) <> 'object' THEN 'metadata: a JSON object'
    WHEN traceparent !~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' OR starts_with(traceparent, 'ff')
      THEN 'traceparent: as the W3C trace context has it'
  END;
  IF wrong IS NULL AND metadata <> '{}' AND (
      (SELECT count(*) FROM jsonb_each(metadata)) > 50 OR EXISTS (
        SELECT FROM jsonb_each(metadata) AS pair
        WHERE jsonb_typeof(pair.value) <> 'string' OR length(pair.key) NOT BETWEEN 1 AND 40
          OR length(pair.value #>> '{}') > 500)) THEN
    wrong := 'metadata: at most 50 texts, each at most 500 characters under a key of 1 to 40';
  END IF;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION '%', wrong USING ERRCODE = '22023'; END IF;

  INSERT INTO submitted (id, at, tenant, tenant_number, type, key, input, media_type, run_at, start_by, deadline, lane,
    correlation, tags, metadata, traceparent)
  VALUES (id, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, tenant, tenant_number, type,
    idempotency_key, input, media_type, floor(extract(epoch FROM run_at) * 1000)::bigint,
    floor(extract(epoch FROM start_by) * 1000)::bigint, deadline_seconds * 1000::bigint, lane, correlation_id, tags,
    metadata, traceparent);
  RETURN operation_id_text(id);
END
$$;

-- Hands work over in the caller's transaction, and gives the id that the operation will have.
CREATE FUNCTION submit(
  type text, input jsonb DEFAULT NULL, idempotency_key text DEFAULT NULL, tenant text DEFAULT 'default',
  run_at timestamptz DEFAULT NULL, start_by timestamptz DEFAULT NULL, deadline_seconds int DEFAULT NULL,
  lane text DEFAULT NULL, correlation_id text DEFAULT NULL, tags text[] DEFAULT NULL, metadata jsonb DEFAULT NULL,
  traceparent text DEFAULT NULL) RETURNS text LANGUAGE sql VOLATILE SET search_path FROM CURRENT AS $$
  SELECT hand_over(type, convert_to(input::text, 'UTF8'), CASE WHEN input IS NOT NULL THEN 'application/json' END,
    idempotency_key, tenant, NULL, run_at, start_by, deadline_seconds, lane, correlation_id, tags, metadata, traceparent)
$$;

-- The same for an input of any media type, kept byte for byte.
CREATE FUNCTION submit_bytes(
  type text, input bytea, media_type text, idempotency_key text DEFAULT NULL, tenant text DEFAULT 'default',
  run_at timestamptz DEFAULT NULL, start_by timestamptz DEFAULT NULL, deadline_seconds int DEFAULT NULL,
  lane text DEFAULT NULL, correlation_id text DEFAULT NULL, tags text[] DEFAULT NULL, metadata jsonb DEFAULT NULL,
  traceparent text DEFAULT NULL) RETURNS text LANGUAGE sql VOLATILE SET search_path FROM CURRENT AS $$
  SELECT hand_over(type, input, media_type, idempotency_key, tenant, NULL, run_at, start_by, deadline_seconds, lane,
    correlation_id, tags, metadata, traceparent)
$$;

-- Records in the caller's transaction that an attempt has done its work. Until that transaction ends it holds the
-- operation, so it must end soon: an idle one is ended after 10 s, and, from PostgreSQL 17 on, any after 30 s.
-- Runs with its owner's rights, and for those alone who were granted it.
CREATE FUNCTION complete_bytes(operation text, epoch bigint, result bytea, media_type text)
RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
  op bytea := operation_id_bytes(operation);
  stands boolean;
  idle interval := current_setting('idle_in_transaction_session_timeout')::interval;
BEGIN
  IF op IS NULL OR epoch IS NULL THEN
    RAISE EXCEPTION 'operation, epoch: say which attempt is done' USING ERRCODE = '22023';
  ELSIF octet_length(result) > 1048576 THEN
    RAISE EXCEPTION 'result: at most 1048576 bytes; complete without a transaction for a longer one'
      USING ERRCODE = '22023';
  ELSIF (result IS NULL) <> (media_type IS NULL) THEN
    RAISE EXCEPTION 'media_type: say what a result is, and nothing without one' USING ERRCODE = '22023';
  ELSIF length(media_type) > 255 OR media_type !~ '^[!-~]+/[ -~]+$' THEN
    RAISE EXCEPTION 'media_type: such as application/json' USING ERRCODE = '22023';
  END IF;

  IF idle = interval '0' OR idle > interval '10 s' THEN
    PERFORM set_config('idle_in_transaction_session_timeout', '10s', true);
  END IF;
  IF current_setting('server_version_num')::int >= 170000 AND current_setting('transaction_timeout') = '0' THEN
    PERFORM set_config('transaction_timeout', '30s', true);
  END IF;

  -- Waits for a batch that is at it, and then sees what became of it.
  SELECT l.state IN (4, 6) AND l.fence = l.owner # epoch AND l.completing IS DISTINCT FROM epoch INTO stands
  FROM life AS l WHERE l.id = op FOR NO KEY UPDATE;
  IF stands IS NOT TRUE THEN
    RAISE EXCEPTION 'lease_lost: attempt % of % is over, or has been completed; roll back', epoch, operation
      USING ERRCODE = 'RC001';
  END IF;

  INSERT INTO completion (operation, epoch, result, media_type) VALUES (op, epoch, result, media_type)
  ON CONFLICT ON CONSTRAINT completion_pkey DO UPDATE
    SET epoch = excluded.epoch, result = excluded.result, media_type = excluded.media_type;
  UPDATE life AS l SET completing = epoch WHERE l.id = op;
END
$$;

CREATE FUNCTION complete(operation text, epoch bigint, result jsonb DEFAULT NULL)
RETURNS void LANGUAGE sql VOLATILE SET search_path FROM CURRENT AS $$
  SELECT complete_bytes(operation, epoch, convert_to(result::text, 'UTF8'),
    CASE WHEN result IS NOT NULL THEN 'application/json' END)
$$;

REVOKE EXECUTE ON FUNCTION complete(text, bigint, jsonb), complete_bytes(text, bigint, bytea, text) FROM PUBLIC;
