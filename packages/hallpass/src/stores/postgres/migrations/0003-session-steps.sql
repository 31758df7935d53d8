-- The steps of sessions, keys and accounts.

-- Counters are locked by name, not by row: every session that is written compares the deployment's, and a row that all
-- of them lock would be written by all of them.
CREATE FUNCTION lock_key(subject text) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT hashtextextended(concat_ws(' ', 'hallpass', current_schema(), subject), 0)
$$;

-- A database without its one row cannot compare anything: that is trouble, and no verdict.
CREATE FUNCTION hold_deployment() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(lock_key(NULL));
  IF NOT EXISTS (SELECT FROM deployment) THEN
    RAISE no_data_found;
  END IF;
END $$;

CREATE FUNCTION hold_counters(subject text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM hold_deployment();
  IF subject IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(lock_key(subject));
  END IF;
END $$;

CREATE FUNCTION insert_session(session text) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  added sessions := json_populate_record(NULL::sessions, session::json);
BEGIN
  PERFORM commit_durably();
  PERFORM hold_counters(added.subject);
  IF added.deployment_version IS DISTINCT FROM (SELECT version FROM deployment) OR added.subject_version <>
    coalesce((SELECT version FROM subjects WHERE subject = added.subject), 0) THEN
    RETURN 'passed';
  END IF;
  INSERT INTO sessions (
    id, subject, version, subject_version, deployment_version, generation, confirmed_generation, created_at,
    last_seen_at, idle_expires_at, absolute_expires_at, ended, record)
  VALUES (
    added.id, added.subject, added.version, added.subject_version, added.deployment_version, added.generation,
    added.confirmed_generation, added.created_at, added.last_seen_at, added.idle_expires_at,
    added.absolute_expires_at, added.ended, added.record)
  ON CONFLICT DO NOTHING;
  RETURN CASE WHEN FOUND THEN 'inserted' ELSE 'taken' END;
END $$;

-- The one compare-and-set. The counters are held by the caller.
CREATE FUNCTION store_session(next_session sessions) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE sessions s
  SET version = next_session.version + 1,
      subject_version = next_session.subject_version,
      deployment_version = next_session.deployment_version,
      generation = next_session.generation,
      confirmed_generation = next_session.confirmed_generation,
      last_seen_at = next_session.last_seen_at,
      idle_expires_at = next_session.idle_expires_at,
      absolute_expires_at = next_session.absolute_expires_at,
      ended = next_session.ended,
      record = next_session.record
  WHERE s.id = next_session.id AND s.version = next_session.version
    AND s.deployment_version >= (SELECT version FROM deployment)
    AND s.subject_version >= coalesce((SELECT c.version FROM subjects c WHERE c.subject = s.subject), 0);
  RETURN FOUND;
END $$;

CREATE FUNCTION replace_session(session text, entry text) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  next_session sessions := json_populate_record(NULL::sessions, session::json);
BEGIN
  PERFORM commit_durably();
  PERFORM hold_counters(next_session.subject);
  IF NOT store_session(next_session) THEN
    RETURN NULL;
  END IF;
  RETURN json_build_object('appended', append_entry(entry));
END $$;

CREATE FUNCTION raise_subject(raised_subject text, which text, session text, entry text) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  kept   sessions := json_populate_record(NULL::sessions, session::json);
  raised bigint;
BEGIN
  PERFORM commit_durably();
  PERFORM hold_deployment();
  PERFORM pg_advisory_xact_lock(lock_key(raised_subject));
  IF session IS NOT NULL THEN
    kept.subject_version := 1 + coalesce((SELECT version FROM subjects WHERE subject = raised_subject), 0);
    IF NOT store_session(kept) THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO subjects AS s (subject, version, changes)
  VALUES (raised_subject, (which = 'version')::int, (which = 'changes')::int)
  ON CONFLICT (subject) DO UPDATE
  SET version = s.version + excluded.version, changes = s.changes + excluded.changes
  RETURNING CASE which WHEN 'version' THEN s.version ELSE s.changes END INTO raised;
  RETURN json_build_object('raised', raised, 'appended', append_entry(entry, raised));
END $$;

CREATE FUNCTION raise_deployment(entry text) RETURNS json LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  raised bigint;
BEGIN
  PERFORM commit_durably();
  PERFORM pg_advisory_xact_lock(lock_key(NULL));
  UPDATE deployment SET version = version + 1 RETURNING version INTO STRICT raised;
  RETURN json_build_object('raised', raised, 'appended', append_entry(entry, raised));
END $$;

CREATE FUNCTION touch_sessions(touches text, moment double precision) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  touched bigint;
BEGIN
  PERFORM commit_durably();
  PERFORM FROM sessions
  WHERE id = ANY (ARRAY(SELECT t.id FROM json_to_recordset(touches::json) AS t (id text)))
  ORDER BY id FOR NO KEY UPDATE;
  WITH seen AS (
    SELECT t.id, max(t."seenAt") AS seen_at, max(t."idleExpiresAt") AS idle_expires_at, array_agg(t.generation) AS held
    FROM json_to_recordset(touches::json)
      AS t (id text, "seenAt" double precision, "idleExpiresAt" double precision, generation bigint)
    GROUP BY t.id
  ), moved AS (
    SELECT s.id,
      greatest(s.last_seen_at, seen.seen_at) AS last_seen_at,
      greatest(s.idle_expires_at, least(seen.idle_expires_at, s.absolute_expires_at)) AS idle_expires_at,
      CASE WHEN s.generation = ANY (seen.held) THEN greatest(s.confirmed_generation, s.generation)
        ELSE s.confirmed_generation END AS confirmed_generation
    FROM seen JOIN sessions s ON s.id = seen.id
    WHERE NOT s.ended AND s.idle_expires_at > moment AND s.absolute_expires_at > moment
  )
  UPDATE sessions s
  SET version = s.version + 1,
      last_seen_at = moved.last_seen_at,
      idle_expires_at = moved.idle_expires_at,
      confirmed_generation = moved.confirmed_generation
  FROM moved
  WHERE s.id = moved.id AND (s.last_seen_at, s.idle_expires_at, s.confirmed_generation)
    IS DISTINCT FROM (moved.last_seen_at, moved.idle_expires_at, moved.confirmed_generation);
  GET DIAGNOSTICS touched = ROW_COUNT;
  RETURN touched;
END $$;

CREATE FUNCTION remove_session(session_id text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  DELETE FROM sessions WHERE id = session_id;
  RETURN FOUND;
END $$;

CREATE FUNCTION remove_expired(moment double precision, at_most bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  removed bigint;
BEGIN
  -- Need not be on disk: what comes back is swept again.
  DELETE FROM sessions WHERE id = ANY (ARRAY(
    SELECT id FROM sessions WHERE absolute_expires_at < moment
    ORDER BY absolute_expires_at LIMIT at_most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;

-- Keys and accounts.

CREATE FUNCTION replace_key_ring(read_version bigint, next_keys text, entry text) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  UPDATE key_ring SET version = version + 1, keys = next_keys WHERE version = read_version;
  IF NOT FOUND THEN
    IF NOT EXISTS (SELECT FROM key_ring) THEN
      RAISE no_data_found;
    END IF;
    RETURN NULL;
  END IF;
  RETURN json_build_object('appended', append_entry(entry));
END $$;

CREATE FUNCTION insert_account(account text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  INSERT INTO accounts (id, email, password_hash, created_at, disabled_at, version)
  SELECT id, email, password_hash, created_at, disabled_at, version
  FROM json_populate_record(NULL::accounts, account::json)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

CREATE FUNCTION replace_account(account text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  next_account accounts := json_populate_record(NULL::accounts, account::json);
BEGIN
  PERFORM commit_durably();
  UPDATE accounts
  SET password_hash = next_account.password_hash, disabled_at = next_account.disabled_at, version = version + 1
  WHERE id = next_account.id AND version = next_account.version;
  RETURN FOUND;
END $$;

-- Reads what must be there, then writes as much as a few sessions need and takes it away again.
CREATE FUNCTION probe() RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  PERFORM FROM sessions LIMIT 1;
  PERFORM FROM subjects LIMIT 1;
  PERFORM FROM accounts LIMIT 1;
  PERFORM FROM log_entries LIMIT 1;
  PERFORM FROM log_members LIMIT 1;
  INSERT INTO probes VALUES (repeat('.', 65536));
  DELETE FROM probes;
  RETURN EXISTS (SELECT FROM deployment) AND EXISTS (SELECT FROM key_ring);
END $$;

-- Every migration records itself, so that it may as well be applied by hand.
INSERT INTO migrations VALUES ('0003-session-steps');
