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
-- Entries that went from one client to another since drafts were last evaluated.
CREATE TABLE owner_moves (entry INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER entries_owner AFTER UPDATE OF client ON entries
WHEN OLD.client IS NOT NULL AND OLD.client IS NOT NEW.client
BEGIN
  INSERT OR IGNORE INTO owner_moves(entry) VALUES (NEW.id);
END;
