-- Clients. `record` is the whole record as JSON, never normalised; the columns beside it are what statements compare and
-- sort by, and where they differ they hold.
CREATE TABLE clients (
  id         text COLLATE "C" PRIMARY KEY,
  created_at double precision NOT NULL,
  version    bigint           NOT NULL,
  record     text             NOT NULL
);

-- Values meant for one use that were used, and until when that is remembered.
CREATE TABLE spent (
  value text COLLATE "C" PRIMARY KEY,
  until double precision NOT NULL
);

CREATE INDEX spent_by_end ON spent (until);

CREATE FUNCTION insert_client(client text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  INSERT INTO clients (id, created_at, version, record)
  SELECT id, created_at, version, record FROM json_populate_record(NULL::clients, client::json)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

CREATE FUNCTION replace_client(client text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  next_client clients := json_populate_record(NULL::clients, client::json);
BEGIN
  PERFORM commit_durably();
  UPDATE clients SET version = version + 1, record = next_client.record
  WHERE id = next_client.id AND version = next_client.version;
  RETURN FOUND;
END $$;

CREATE FUNCTION remove_client(client_id text) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM commit_durably();
  DELETE FROM clients WHERE id = client_id;
  RETURN FOUND;
END $$;

-- Whether the value was not used, or that may be forgotten by now. Of what has ended, a few rows leave on the way: those
-- that nobody else is at, so that no two steps wait for each other.
CREATE FUNCTION spend(used text, ends double precision, moment double precision) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  is_fresh boolean;
BEGIN
  PERFORM commit_durably();
  INSERT INTO spent AS s (value, until) VALUES (used, ends)
  ON CONFLICT (value) DO UPDATE SET until = excluded.until WHERE s.until <= moment;
  is_fresh := FOUND;
  DELETE FROM spent WHERE value = ANY (ARRAY(
    SELECT s.value FROM spent s WHERE s.until <= moment ORDER BY s.until LIMIT 100 FOR UPDATE SKIP LOCKED));
  RETURN is_fresh;
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
  PERFORM FROM log_entries LIMIT 1;
  PERFORM FROM log_members LIMIT 1;
  INSERT INTO probes VALUES (repeat('.', 65536));
  DELETE FROM probes;
  RETURN EXISTS (SELECT FROM deployment) AND EXISTS (SELECT FROM key_ring);
END $$;

INSERT INTO migrations VALUES ('0004-clients');
