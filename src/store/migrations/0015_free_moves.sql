-- What pulls took from time that is on no report (G47): shown for 31 days. One row an entry and
-- client, with what was billable of it before; it goes when the entry is back as it was.
CREATE TABLE free_moves (
  client INTEGER NOT NULL REFERENCES companies(id),
  entry INTEGER NOT NULL REFERENCES entries(id),
  was_seconds INTEGER NOT NULL, was_amount INTEGER NOT NULL, -- minor units
  now_seconds INTEGER NOT NULL, now_amount INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (client, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX free_moves_entry ON free_moves(entry);
-- Free entries, and tasks, as they were before what changed since drafts were last evaluated.
CREATE TABLE entries_before (
  entry INTEGER PRIMARY KEY,
  client INTEGER, task INTEGER NOT NULL, seconds INTEGER NOT NULL, work_date INTEGER NOT NULL,
  word TEXT, deleted INTEGER NOT NULL
) STRICT;
CREATE TABLE tasks_before (
  task INTEGER PRIMARY KEY,
  known INTEGER NOT NULL, tags TEXT NOT NULL, project TEXT NOT NULL
) STRICT;
CREATE TRIGGER entries_moved AFTER UPDATE OF client, task, seconds, deleted, word ON entries
WHEN OLD.live_report IS NULL
 AND ((OLD.client IS NOT NULL AND OLD.deleted = 0
       AND (NEW.client IS NOT OLD.client OR NEW.seconds < OLD.seconds OR NEW.deleted = 1
            OR NEW.task <> OLD.task OR NEW.word IS NOT OLD.word))
      OR EXISTS (SELECT 1 FROM free_moves WHERE entry = OLD.id))
BEGIN
  INSERT OR IGNORE INTO entries_before(entry, client, task, seconds, work_date, word, deleted)
  VALUES (OLD.id, OLD.client, OLD.task, OLD.seconds, OLD.work_date, OLD.word, OLD.deleted);
END;
CREATE TRIGGER tasks_moved AFTER UPDATE OF known, tags, project ON tasks
WHEN OLD.client IS NOT NULL
 AND (NEW.known <> OLD.known OR NEW.tags <> OLD.tags OR NEW.project <> OLD.project)
BEGIN
  INSERT OR IGNORE INTO tasks_before(task, known, tags, project)
  VALUES (OLD.id, OLD.known, OLD.tags, OLD.project);
END;
-- What a person was shown of a record that waits: an acceptance is about nothing else (G46).
ALTER TABLE waiting ADD COLUMN shown TEXT NOT NULL DEFAULT ''; -- the hash
UPDATE waiting SET shown = hash WHERE asked = 1;
