-- Clients. `record` is the whole record as JSON; the columns beside it are what the statements compare and sort by, and
-- where they differ they hold.
CREATE TABLE hallpass_clients (
  id         TEXT    PRIMARY KEY,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  record     TEXT    NOT NULL
) WITHOUT ROWID;

-- Values meant for one use that were used, and until when that is remembered.
CREATE TABLE hallpass_spent (
  value TEXT    PRIMARY KEY,
  until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX hallpass_spent_by_end ON hallpass_spent (until);

INSERT INTO hallpass_migrations VALUES ('0003-clients');
