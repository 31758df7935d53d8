-- The steps of the log.

-- What is acknowledged is on disk, whatever the default of the database is. Stricter settings stay.
CREATE FUNCTION commit_durably() RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
  SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'
$$;

CREATE FUNCTION lock_log() RETURNS log_head LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  head log_head;
  born text;
BEGIN
  SELECT * INTO head FROM log_head FOR UPDATE;
  IF NOT FOUND THEN
    born := gen_random_uuid();
    INSERT INTO log_head (identity, start_sequence, start_id, sequence, id) VALUES (born, 0, born, 0, born)
    ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM log_head FOR UPDATE;
  END IF;
  RETURN head;
END $$;

CREATE FUNCTION entry_in(e log_entries) RETURNS json LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT json_build_object(
    'sequence', e.sequence, 'id', e.id, 'previous', e.previous, 'kind', e.kind, 'target', e.target,
    'counter', e.counter, 'kept', e.kept, 'because', e.because)
$$;

-- The entry as it was appended; null where there is none to append, or its id is there already.
CREATE FUNCTION append_entry(entry text, raised bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  added log_entries := json_populate_record(NULL::log_entries, entry::json);
  head  log_head;
BEGIN
  IF entry IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM commit_durably();
  head := lock_log();
  IF EXISTS (SELECT FROM log_entries WHERE id = added.id) THEN
    RETURN NULL;
  END IF;
  added.sequence := head.sequence + 1;
  added.previous := head.id;
  added.counter := coalesce(raised, added.counter);
  INSERT INTO log_entries (sequence, id, previous, kind, target, counter, kept, because)
  VALUES (added.sequence, added.id, added.previous, added.kind, added.target, added.counter, added.kept, added.because);
  UPDATE log_head SET sequence = added.sequence, id = added.id;
  RETURN entry_in(added);
END $$;

CREATE FUNCTION is_there(at_sequence bigint, at_id text) RETURNS boolean
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT FROM log_entries WHERE sequence = at_sequence AND id = at_id)
      OR EXISTS (SELECT FROM log_head WHERE start_sequence = at_sequence AND start_id = at_id)
$$;

CREATE FUNCTION read_members() RETURNS json LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce(json_agg(json_build_object(
    'incarnation', incarnation, 'mark', mark, 'renewal', renewal, 'lease', lease,
    'lastKnownGood', last_known_good, 'acknowledged', acknowledged)), '[]')
  FROM log_members
$$;

CREATE FUNCTION read_log(after_sequence bigint, after_id text) RETURNS json
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT json_build_object(
    'identity', identity,
    'terms', json_build_object('deployment', deployment, 'protocol', protocol, 'retention', retention),
    'time', floor(extract(epoch FROM clock_timestamp()) * 1000),
    'start', json_build_object('sequence', start_sequence, 'id', start_id),
    'held', held,
    'entries', (
      SELECT coalesce(json_agg(entry_in(e) ORDER BY e.sequence), '[]')
      FROM log_entries e
      WHERE e.sequence > CASE WHEN held THEN after_sequence ELSE 0 END),
    'leaseFor', NULL)
  FROM log_head, is_there(after_sequence, after_id) AS held
$$;

CREATE FUNCTION standing(entry_id text, at_sequence bigint, at_id text) RETURNS json
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT json_build_object(
    'entry', (SELECT entry_in(e) FROM log_entries e WHERE e.id = entry_id),
    'held', is_there(at_sequence, at_id),
    'members', read_members())
$$;

-- A member whose row already says all but the mark needs no lock on the log: whoever appends finds that row, and waits
-- as long as it says. Nor does a renewal that comes late, which writes nothing. Everybody else writes the row and reads
-- under the lock that appends take.
CREATE FUNCTION renew(membership text, terms text, after_sequence bigint, after_id text) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  member log_members := json_populate_record(NULL::log_members, membership::json);
  asked  log_head := json_populate_record(NULL::log_head, terms::json);
  head   log_head;
BEGIN
  PERFORM commit_durably();
  SELECT * INTO head FROM log_head;
  IF head.deployment = asked.deployment AND head.protocol = asked.protocol AND head.retention >= asked.retention THEN
    UPDATE log_members SET mark = member.mark, renewal = member.renewal
    WHERE incarnation = member.incarnation AND renewal < member.renewal
      AND lease = member.lease AND last_known_good = member.last_known_good;
    IF FOUND
      OR EXISTS (SELECT FROM log_members WHERE incarnation = member.incarnation AND renewal >= member.renewal) THEN
      RETURN read_log(after_sequence, after_id);
    END IF;
  END IF;
  head := lock_log();
  IF (head.deployment, head.protocol) IS DISTINCT FROM (asked.deployment, asked.protocol)
    AND head.deployment IS NOT NULL THEN
    RETURN read_log(after_sequence, after_id);
  END IF;
  UPDATE log_head
  SET deployment = asked.deployment, protocol = asked.protocol, retention = greatest(head.retention, asked.retention);
  INSERT INTO log_members AS known (incarnation, mark, renewal, lease, last_known_good, acknowledged)
  VALUES (member.incarnation, member.mark, member.renewal, member.lease, member.last_known_good, 0)
  ON CONFLICT (incarnation) DO UPDATE
  SET mark = excluded.mark, renewal = excluded.renewal,
      lease = excluded.lease, last_known_good = excluded.last_known_good
  WHERE known.renewal < excluded.renewal;
  RETURN read_log(after_sequence, after_id);
END $$;

-- Need not be on disk: where an acknowledgement is lost, a revoker only waits longer. So its commit is quick, and the
-- lock that NOTIFY takes there is held for no time worth a second statement.
CREATE FUNCTION acknowledge(member text, at_sequence bigint, at_id text, channel text, hint text) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  UPDATE log_members SET acknowledged = greatest(acknowledged, at_sequence)
  WHERE incarnation = member AND is_there(at_sequence, at_id);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM pg_notify(channel, hint);
  RETURN true;
END $$;

CREATE FUNCTION retire(member text, last_mark text) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  DELETE FROM log_members WHERE incarnation = member AND mark = last_mark;
  RETURN FOUND;
END $$;

CREATE FUNCTION truncate_log(at_sequence bigint, at_id text) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  head log_head;
BEGIN
  PERFORM commit_durably();
  head := lock_log();
  IF at_sequence <= head.start_sequence OR NOT is_there(at_sequence, at_id) THEN
    RETURN false;
  END IF;
  DELETE FROM log_entries WHERE sequence <= at_sequence;
  UPDATE log_head SET start_sequence = at_sequence, start_id = at_id;
  RETURN true;
END $$;

-- Every migration records itself, so that it may as well be applied by hand.
INSERT INTO migrations VALUES ('0002-log-steps');
