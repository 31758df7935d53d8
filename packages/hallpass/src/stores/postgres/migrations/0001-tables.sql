-- Tables and functions live in a schema of their own, named by the search path. Every step of the store is one call, so
-- that it is atomic through any pool. By hand: CREATE SCHEMA hallpass; SET search_path = hallpass, pg_temp; these files.
--
-- Locks are taken in one order, so that no two steps wait for each other: the deployment's counter, a subject's counter,
-- sessions by id, the key ring, the head of the log. READ COMMITTED: after a lock, the next statement sees what the
-- last holder committed. COLLATE "C": an upgrade of the system's locales cannot put an index out of order.

CREATE TABLE migrations (
  name text COLLATE "C" PRIMARY KEY
);

-- Sessions. `record` is the whole record as JSON, never normalised; the columns beside it are what statements compare
-- and change, and where they differ they hold.
CREATE TABLE sessions (
  id                   text COLLATE "C"  PRIMARY KEY,
  subject              text COLLATE "C",
  version              bigint            NOT NULL,
  subject_version      bigint            NOT NULL,
  deployment_version   bigint            NOT NULL,
  generation           bigint            NOT NULL,
  confirmed_generation bigint            NOT NULL,
  created_at           double precision  NOT NULL,
  last_seen_at         double precision  NOT NULL,
  idle_expires_at      double precision  NOT NULL,
  absolute_expires_at  double precision  NOT NULL,
  ended                boolean           NOT NULL,
  record               text              NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX sessions_by_subject ON sessions (subject, created_at) WHERE subject IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (absolute_expires_at);

-- The counters of a subject; one that is not here has zeros.
CREATE TABLE subjects (
  subject text COLLATE "C" PRIMARY KEY,
  version bigint           NOT NULL,
  changes bigint           NOT NULL
);

-- One row each: the deployment's counter, and the key ring as JSON (private keys are wrapped).
CREATE TABLE deployment (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint  NOT NULL
);
INSERT INTO deployment (version) VALUES (0);

CREATE TABLE key_ring (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint  NOT NULL,
  keys    text    NOT NULL
);
INSERT INTO key_ring (version, keys) VALUES (0, '[]');

CREATE TABLE accounts (
  id            text COLLATE "C" PRIMARY KEY,
  email         text COLLATE "C" NOT NULL UNIQUE,
  password_hash text             NOT NULL,
  created_at    double precision NOT NULL,
  disabled_at   double precision,
  version       bigint           NOT NULL
);

-- The one row of the log: who it is, whose it is, where the kept part begins, and its last entry.
CREATE TABLE log_head (
  one            boolean PRIMARY KEY DEFAULT true CHECK (one),
  identity       text    NOT NULL,
  deployment     text,
  protocol       integer,
  retention      double precision,
  start_sequence bigint  NOT NULL,
  start_id       text    NOT NULL,
  sequence       bigint  NOT NULL,
  id             text    NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE log_entries (
  sequence bigint           PRIMARY KEY,
  id       text COLLATE "C" NOT NULL UNIQUE,
  previous text COLLATE "C" NOT NULL,
  kind     text             NOT NULL,
  target   text COLLATE "C",
  counter  double precision,
  kept     text,
  because  text
);

CREATE INDEX log_entries_by_token ON log_entries (target) WHERE kind = 'token';

CREATE TABLE log_members (
  incarnation     text COLLATE "C" PRIMARY KEY,
  mark            text             NOT NULL,
  renewal         bigint           NOT NULL,
  lease           double precision NOT NULL,
  last_known_good double precision NOT NULL,
  acknowledged    bigint           NOT NULL
) WITH (fillfactor = 50);

-- Always empty: `check()` writes a row and takes it away again, to learn whether writing works.
CREATE TABLE probes (
  filler text NOT NULL
);

-- Every migration records itself, so that it may as well be applied by hand.
INSERT INTO migrations VALUES ('0001-tables');
