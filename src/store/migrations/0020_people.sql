-- People who use the pages for staff and the API, their sessions, and programs' tokens. What opens a
-- door is here as a digest only; a password by argon2id, a second factor's secret sealed by secret_key.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,          -- lower case
  name TEXT NOT NULL,
  portal TEXT UNIQUE,                  -- bitrix24:user:7: the person who this is there
  disabled INTEGER NOT NULL DEFAULT 0,
  password TEXT NOT NULL DEFAULT '',   -- "$argon2id$…"; '' not enrolled yet
  totp TEXT NOT NULL DEFAULT '',       -- sealed; '' none
  totp_step INTEGER NOT NULL DEFAULT 0,-- the last one that counted: only later ones do
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE user_roles (
  user INTEGER NOT NULL REFERENCES users(id),
  role TEXT NOT NULL,
  PRIMARY KEY (user, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
  user INTEGER NOT NULL REFERENCES users(id),
  digest TEXT NOT NULL,
  PRIMARY KEY (user, digest)
) STRICT, WITHOUT ROWID;

-- A one-time code, and what its first step set until the second factor is confirmed.
CREATE TABLE enrolments (
  user INTEGER PRIMARY KEY REFERENCES users(id),
  code TEXT NOT NULL,                  -- digest; '' it was used
  expires_at INTEGER NOT NULL,
  pending TEXT NOT NULL DEFAULT '',    -- digest of the enrolment that waits for its factor
  password TEXT NOT NULL DEFAULT '',
  totp TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  user INTEGER NOT NULL REFERENCES users(id),
  kind TEXT NOT NULL,                  -- cookie
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,            -- to the minute
  fresh_at INTEGER NOT NULL,           -- when the password was said last
  address TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions(user);

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL UNIQUE,
  roles TEXT NOT NULL,                 -- "manager viewer"
  created INTEGER NOT NULL
) STRICT;

-- What a POST with an Idempotency-Key was answered, for a day.
CREATE TABLE kept_answers (
  person TEXT NOT NULL,                -- "user:1", "token:ci"
  key TEXT NOT NULL,                   -- digest
  request TEXT NOT NULL,               -- digest of path and body
  status INTEGER NOT NULL,             -- 0: it is being worked for
  body TEXT NOT NULL,
  etag TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

-- Who was behind a row of the log: beside it, for the chain covers the row itself.
CREATE TABLE event_askers (
  event INTEGER PRIMARY KEY,
  session TEXT NOT NULL,
  address TEXT NOT NULL,
  request TEXT NOT NULL
) STRICT;
