-- What happened. Sorted as it is listed, and each filter has an index of that order.
CREATE TABLE hallpass_audit (
  at      INTEGER NOT NULL,
  id      TEXT    NOT NULL UNIQUE,
  type    TEXT    NOT NULL,
  subject TEXT,
  session TEXT,
  network TEXT,
  count   INTEGER NOT NULL,
  details TEXT    NOT NULL,
  PRIMARY KEY (at, id)
) WITHOUT ROWID;

CREATE INDEX hallpass_audit_by_type    ON hallpass_audit (type, at, id);
CREATE INDEX hallpass_audit_by_subject ON hallpass_audit (subject, at, id) WHERE subject IS NOT NULL;
CREATE INDEX hallpass_audit_by_session ON hallpass_audit (session, at, id) WHERE session IS NOT NULL;
CREATE INDEX hallpass_audit_by_network ON hallpass_audit (network, at, id) WHERE network IS NOT NULL;

-- How often something happened in a minute.
CREATE TABLE hallpass_counts (
  minute INTEGER NOT NULL,
  series TEXT    NOT NULL,
  value  INTEGER NOT NULL,
  PRIMARY KEY (minute, series)
) WITHOUT ROWID;

-- For going from one subject to the next: what has ended is not in it, and what the deployment's version has passed is
-- apart, so that neither is walked through.
CREATE INDEX hallpass_sessions_live ON hallpass_sessions (deployment_version, subject, subject_version)
  WHERE ended = 0 AND subject IS NOT NULL;

-- The names of roles, as JSON.
ALTER TABLE hallpass_accounts ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';

INSERT INTO hallpass_migrations VALUES ('0004-audit');
