-- Values that decide money and changed in many records at once wait for a person (G46). The records
-- table keeps the accepted text; the newer one lies here.
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY,
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  text TEXT NOT NULL,
  since INTEGER NOT NULL,                  -- when this record first differed
  asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0,1)), -- 1: its walk has ended, a person decides
  UNIQUE (remote, stream, remote_id)
) STRICT;
CREATE TABLE waiting_values (
  waiting INTEGER NOT NULL REFERENCES waiting(id),
  field INTEGER NOT NULL,                  -- domain::MoneyField
  was TEXT NOT NULL, now TEXT NOT NULL,
  PRIMARY KEY (waiting, field)
) STRICT, WITHOUT ROWID;
-- Names that changed while a rule by name depended on them: the rules go on with the old one until
-- a person confirms the new one (G46 c).
CREATE TABLE renames (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL CHECK (stream IN ('groups','users','companies')),
  remote_id TEXT NOT NULL,
  used TEXT NOT NULL,                      -- what rules go on seeing
  since INTEGER NOT NULL,
  PRIMARY KEY (remote, stream, remote_id)
) STRICT, WITHOUT ROWID;
