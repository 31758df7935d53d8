-- Roles. An instance of the version before names none: what it inserts has none, and what it replaces keeps its own.
ALTER TABLE accounts ADD COLUMN roles text[] NOT NULL DEFAULT '{}';

CREATE OR REPLACE FUNCTION insert_account(account text) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  INSERT INTO accounts (id, email, password_hash, created_at, disabled_at, roles, version)
  SELECT id, email, password_hash, created_at, disabled_at, coalesce(roles, '{}'), version
  FROM json_populate_record(NULL::accounts, account::json)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION replace_account(account text) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  next_account accounts := json_populate_record(NULL::accounts, account::json);
BEGIN
  PERFORM commit_durably();
  UPDATE accounts
  SET password_hash = next_account.password_hash, disabled_at = next_account.disabled_at,
      roles = coalesce(next_account.roles, roles), version = version + 1
  WHERE id = next_account.id AND version = next_account.version;
  RETURN FOUND;
END $$;

-- Subjects in their order, each with the newest of its versions that a session has: whoever looks for the next subject
-- lands on it in one step, and passes over none that the deployment's version has passed. Until it is built, no session
-- is written: a second or two for a million.
CREATE INDEX sessions_by_live_subject ON sessions (deployment_version, subject, subject_version DESC)
  WHERE subject IS NOT NULL AND NOT ended;

-- What happened. `record` is the whole record as JSON, never normalised; the columns beside it are what it is found by.
CREATE TABLE audit (
  id      text COLLATE "C" PRIMARY KEY,
  at      double precision NOT NULL,
  type    text COLLATE "C" NOT NULL,
  subject text COLLATE "C",
  session text COLLATE "C",
  network text COLLATE "C",
  record  text             NOT NULL
);

CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_type ON audit (type, at, id);
CREATE INDEX audit_by_subject ON audit (subject, at, id) WHERE subject IS NOT NULL;
CREATE INDEX audit_by_session ON audit (session, at, id) WHERE session IS NOT NULL;
CREATE INDEX audit_by_network ON audit (network, at, id) WHERE network IS NOT NULL;

CREATE TABLE counts (
  minute double precision NOT NULL,
  series text COLLATE "C" NOT NULL,
  value  bigint           NOT NULL,
  PRIMARY KEY (minute, series)
);

-- Rows are written in one order, so that no two steps wait for each other. Of an id that comes twice the first is taken.

CREATE FUNCTION append_audit(records text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  INSERT INTO audit (id, at, type, subject, session, network, record)
  SELECT id, at, type, subject, session, network, record
  FROM ROWS FROM (json_populate_recordset(NULL::audit, records::json)) WITH ORDINALITY
  ORDER BY id, ordinality
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

CREATE FUNCTION add_counts(added text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  INSERT INTO counts AS c (minute, series, value)
  SELECT minute, series, sum(value) FROM json_populate_recordset(NULL::counts, added::json)
  GROUP BY minute, series ORDER BY minute, series
  ON CONFLICT (minute, series) DO UPDATE SET value = c.value + excluded.value;
  RETURN FOUND;
END $$;

-- Planned anew each time: whether an index helps depends on how many counts are that old.
CREATE FUNCTION remove_audit(moment double precision, at_most bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  removed bigint;
BEGIN
  -- Need not be on disk: what comes back is swept again.
  DELETE FROM counts WHERE minute < moment;
  DELETE FROM audit WHERE id = ANY (ARRAY(
    SELECT id FROM audit WHERE at < moment ORDER BY at, id LIMIT at_most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;

-- As before, and the new tables.
CREATE OR REPLACE FUNCTION probe() RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  PERFORM FROM sessions LIMIT 1;
  PERFORM FROM subjects LIMIT 1;
  PERFORM FROM accounts LIMIT 1;
  PERFORM FROM clients LIMIT 1;
  PERFORM FROM spent LIMIT 1;
  PERFORM FROM audit LIMIT 1;
  PERFORM FROM counts LIMIT 1;
  PERFORM FROM log_entries LIMIT 1;
  PERFORM FROM log_members LIMIT 1;
  INSERT INTO probes VALUES (repeat('.', 65536));
  DELETE FROM probes;
  RETURN EXISTS (SELECT FROM deployment) AND EXISTS (SELECT FROM key_ring);
END $$;

INSERT INTO migrations VALUES ('0005-audit');
