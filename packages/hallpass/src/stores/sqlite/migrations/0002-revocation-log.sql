-- The revocation log: one row. Its identity is random, made here, and lost with the file. `start` is the position
-- before the first entry kept, `head` that of the last one; whose log it is, its first member says.
CREATE TABLE hallpass_log (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  identity       TEXT    NOT NULL,
  start_sequence INTEGER NOT NULL DEFAULT 0,
  start_id       TEXT    NOT NULL DEFAULT '',
  head_sequence  INTEGER NOT NULL DEFAULT 0,
  head_id        TEXT    NOT NULL DEFAULT '',
  deployment     TEXT,
  protocol       INTEGER,
  retention      INTEGER
);
INSERT INTO hallpass_log (one, identity) VALUES (1, lower(hex(randomblob(16))));
UPDATE hallpass_log SET start_id = identity, head_id = identity;

CREATE TABLE hallpass_log_entries (
  sequence INTEGER PRIMARY KEY,
  id       TEXT    NOT NULL UNIQUE,
  previous TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  target   TEXT,
  counter  INTEGER,
  kept     TEXT,
  because  TEXT
);
CREATE INDEX hallpass_log_tokens ON hallpass_log_entries (target) WHERE kind = 'token';

CREATE TABLE hallpass_log_members (
  incarnation     TEXT    PRIMARY KEY,
  mark            TEXT    NOT NULL,
  renewal         INTEGER NOT NULL,
  lease           INTEGER NOT NULL,
  last_known_good INTEGER NOT NULL,
  acknowledged    INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

INSERT INTO hallpass_migrations VALUES ('0002-revocation-log');
