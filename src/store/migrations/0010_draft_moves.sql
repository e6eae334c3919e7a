-- What pulls took from a draft and brought into it (G47): one row an entry, with what the draft
-- billed of it before. It goes when the entry is back as it was.
CREATE TABLE draft_moves (
  report INTEGER NOT NULL REFERENCES reports(id),
  entry INTEGER NOT NULL REFERENCES entries(id),
  was_seconds INTEGER NOT NULL, was_amount INTEGER NOT NULL, -- minor units
  now_seconds INTEGER NOT NULL, now_amount INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (report, entry)
) STRICT, WITHOUT ROWID;
-- What a person accepted of it by name, with the figures that were shown.
CREATE TABLE draft_accepted (
  report INTEGER NOT NULL REFERENCES reports(id),
  code TEXT NOT NULL,                      -- shrunk | grown | not_shown | recounted
  seconds INTEGER NOT NULL, amount INTEGER NOT NULL,
  actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (report, code)
) STRICT, WITHOUT ROWID;
-- What was read when, for `sync history`.
CREATE TABLE pulls (
  id INTEGER PRIMARY KEY,
  remote INTEGER NOT NULL REFERENCES remotes(id),
  started INTEGER NOT NULL, finished INTEGER NOT NULL,
  cause TEXT NOT NULL,                     -- schedule | asked | sending
  streams TEXT NOT NULL,                   -- JSON: read, added, revised, gone, unreadable by stream
  requests INTEGER NOT NULL,
  outcome TEXT NOT NULL                    -- done | stopped: … | failed: …
) STRICT;
CREATE INDEX pulls_remote ON pulls(remote, id);
-- Drafts that a new version of the program counts otherwise (G65): what they came to before.
CREATE TABLE draft_recounts (
  report INTEGER PRIMARY KEY REFERENCES reports(id),
  was_seconds INTEGER NOT NULL, was_amount INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT;
-- Records of more than a day that a person takes for true (G54); an edit asks again.
CREATE TABLE long_accepted (
  entry INTEGER PRIMARY KEY REFERENCES entries(id),
  revision INTEGER NOT NULL, reason TEXT NOT NULL CHECK (reason <> ''),
  actor TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
-- Records that a reading did not show and that are not proven to be deleted (G48): they stay as they
-- are until they are shown again, proven to be gone, or a person decides.
CREATE TABLE not_shown (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  cause INTEGER NOT NULL,                  -- domain::NotShown
  since INTEGER NOT NULL,
  kept_by TEXT, reason TEXT,               -- a person said that it stays
  PRIMARY KEY (remote, stream, remote_id)
) STRICT, WITHOUT ROWID;
-- Entries that went from one client to another since drafts were last evaluated.
CREATE TABLE owner_moves (entry INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER entries_owner AFTER UPDATE OF client ON entries
WHEN OLD.client IS NOT NULL AND OLD.client IS NOT NEW.client
BEGIN
  INSERT OR IGNORE INTO owner_moves(entry) VALUES (NEW.id);
END;
