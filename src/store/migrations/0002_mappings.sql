-- Mappings that admins edit: every version stays, the newest is in force.
CREATE TABLE mapping_versions (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  version INTEGER NOT NULL CHECK (version > 0),
  text TEXT NOT NULL,
  note TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- how far kept records are mapped anew; stream '' when all are
  stream TEXT NOT NULL,
  after INTEGER NOT NULL,
  PRIMARY KEY (remote, version)
) STRICT;
CREATE TRIGGER mapping_versions_stay BEFORE DELETE ON mapping_versions
BEGIN SELECT RAISE(ABORT, 'versions of mappings stay'); END;
CREATE TRIGGER mapping_versions_text BEFORE UPDATE OF remote, version, text, note, actor, at ON mapping_versions
BEGIN SELECT RAISE(ABORT, 'a version of a mapping never changes'); END;
