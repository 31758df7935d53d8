CREATE TABLE hallpass_migrations (
  name TEXT PRIMARY KEY
) WITHOUT ROWID;

-- Sessions. `record` is the whole record as JSON; the columns beside it are what the statements compare and sort by.
CREATE TABLE hallpass_sessions (
  id                  TEXT    PRIMARY KEY,
  subject             TEXT,
  version             INTEGER NOT NULL,
  subject_version     INTEGER NOT NULL,
  deployment_version  INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  absolute_expires_at INTEGER NOT NULL,
  ended               INTEGER NOT NULL CHECK (ended IN (0, 1)),
  record              TEXT    NOT NULL
) WITHOUT ROWID;

CREATE INDEX hallpass_sessions_by_subject ON hallpass_sessions (subject, created_at) WHERE subject IS NOT NULL;
CREATE INDEX hallpass_sessions_by_expiry ON hallpass_sessions (absolute_expires_at);

-- The counters of a subject; one that is not here has zeros.
CREATE TABLE hallpass_subjects (
  subject TEXT    PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  changes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- One row each: the deployment's counter, and the key ring as JSON (private keys are wrapped).
CREATE TABLE hallpass_deployment (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL
);
INSERT INTO hallpass_deployment VALUES (1, 0);

CREATE TABLE hallpass_key_ring (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  keys    TEXT    NOT NULL
);
INSERT INTO hallpass_key_ring VALUES (1, 0, '[]');

CREATE TABLE hallpass_accounts (
  id            TEXT    PRIMARY KEY,
  email         TEXT    NOT NULL UNIQUE,
  password_hash TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  disabled_at   INTEGER,
  version       INTEGER NOT NULL
) WITHOUT ROWID;

-- Always empty: `check()` writes a row and takes it away again, to learn whether writing works.
CREATE TABLE hallpass_probe (
  filler BLOB NOT NULL
);

-- Every migration records itself, so that it may as well be applied by hand.
INSERT INTO hallpass_migrations VALUES ('0001-sessions-keys-accounts');
