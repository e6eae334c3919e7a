-- Links by rule (G13): read in the order of `place`, the first that matches decides. What they find is derived, not stored,
-- but for persons.same_as.
CREATE TABLE link_rules (
  id INTEGER PRIMARY KEY,                  -- the number that people use
  place INTEGER NOT NULL,
  remote INTEGER NOT NULL REFERENCES remotes(id),
  what TEXT NOT NULL CHECK (what IN ('project','task','user')),
  by TEXT NOT NULL CHECK (by IN ('name','key','tag','field','email')),
  pointer TEXT NOT NULL,                   -- into the kept record; '': the usual places
  pattern TEXT NOT NULL,
  company INTEGER REFERENCES companies(id), person INTEGER REFERENCES persons(id), -- both NULL: whoever is called so
  note TEXT NOT NULL,
  actor TEXT NOT NULL, at INTEGER NOT NULL,
  removed_by TEXT, removed_at INTEGER,
  CHECK (company IS NULL OR person IS NULL)
) STRICT;
CREATE UNIQUE INDEX link_rules_live ON link_rules(remote, what, by, pointer, pattern, ifnull(company, 0), ifnull(person, 0))
  WHERE removed_at IS NULL;
CREATE TRIGGER link_rules_stay BEFORE DELETE ON link_rules BEGIN SELECT RAISE(ABORT, 'rules stay'); END;
CREATE TRIGGER link_rules_fixed BEFORE UPDATE OF remote, what, by, pointer, pattern, company, person, note, actor, at ON link_rules
BEGIN SELECT RAISE(ABORT, 'a rule never changes'); END;
CREATE TRIGGER link_rules_ended BEFORE UPDATE OF removed_at ON link_rules WHEN OLD.removed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a rule that was removed stays removed'); END;

-- What rules look at in raw records, so that a pull reads the records of its page and no others.
CREATE TABLE link_values (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  name TEXT NOT NULL,                      -- a pointer, or key, email, client: the usual places
  remote_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (remote, stream, name, remote_id, n)
) STRICT, WITHOUT ROWID;
