-- What a client downloaded of a frozen revision, byte for byte: given again as it was given first,
-- also by a later version of the program.
CREATE TABLE given (
  report INTEGER NOT NULL, revision INTEGER NOT NULL,
  form TEXT NOT NULL CHECK (form IN ('pdf','xlsx','csv')),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64), bytes BLOB NOT NULL CHECK (length(bytes) > 0),
  at INTEGER NOT NULL,
  PRIMARY KEY (report, revision, form),
  FOREIGN KEY (report, revision) REFERENCES revisions(report, n)
) STRICT;
CREATE TRIGGER given_fixed BEFORE UPDATE ON given BEGIN SELECT RAISE(ABORT, 'what was given never changes'); END;
CREATE TRIGGER given_kept BEFORE DELETE ON given BEGIN SELECT RAISE(ABORT, 'what was given is never deleted'); END;
