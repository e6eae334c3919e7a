-- The books. Facts come from remotes; what is billed hangs on allocations alone (RULINGS G31).
-- Instants are epoch milliseconds (UTC), days are days since 1970-01-01, money is minor units.

CREATE TABLE sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT; -- pull run seen

-- remotes and how far they are read -----------------------------------------------------------------------------
CREATE TABLE remotes (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  connector TEXT NOT NULL,
  account TEXT NOT NULL UNIQUE,            -- G17: one account under one name
  first_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE cursors (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  reading TEXT NOT NULL,                   -- full | changes | reconcile: each walk has a cursor of its own
  cursor TEXT NOT NULL,
  run INTEGER NOT NULL DEFAULT 0,          -- of the walk under way (full: marks what it saw)
  page_at INTEGER NOT NULL,                -- last good page
  completed_at INTEGER,                    -- last completed walk
  PRIMARY KEY (remote, stream, reading)
) STRICT, WITHOUT ROWID;

-- Raw records, kept as they came. A rowid table: new rows go to its end, and the wide texts stay out
-- of the index that tells what is known.
CREATE TABLE records (
  id INTEGER PRIMARY KEY,
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0,1)),
  problem TEXT,                            -- why it could not be mapped; NULL when it was
  seen_at INTEGER NOT NULL,                -- when this content was first seen
  hash TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (remote, stream, remote_id)
) STRICT;
CREATE INDEX records_problems ON records(remote, stream) WHERE problem IS NOT NULL;
CREATE INDEX records_gone ON records(remote, stream) WHERE gone = 1;

-- What a full walk has seen: one row a page, a byte or two a record (store/marks.h). Marking the
-- records themselves would rewrite all of their pages in a walk that changes nothing.
CREATE TABLE walk_marks (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  run INTEGER NOT NULL,
  n INTEGER NOT NULL,
  marks BLOB NOT NULL,
  PRIMARY KEY (remote, stream, run, n)
) STRICT;

-- the mirror ----------------------------------------------------------------------------------------------------
CREATE TABLE persons (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  name TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1, known INTEGER NOT NULL DEFAULT 1,
  same_as INTEGER REFERENCES persons(id),  -- joined by hand (G13)
  UNIQUE (remote, remote_id)
) STRICT;
CREATE TABLE projects (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  name TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 1,
  UNIQUE (remote, remote_id)
) STRICT;
CREATE TABLE companies (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  name TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 1,
  UNIQUE (remote, remote_id)
) STRICT;
CREATE TABLE deals (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  title TEXT NOT NULL, company TEXT NOT NULL, stage TEXT NOT NULL, origin_id TEXT NOT NULL,
  known INTEGER NOT NULL DEFAULT 1,
  UNIQUE (remote, remote_id)
) STRICT;
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  known INTEGER NOT NULL,                  -- 0: entries name it, the remote does not show it
  title TEXT NOT NULL DEFAULT '', parent TEXT NOT NULL DEFAULT '', project TEXT NOT NULL DEFAULT '',
  responsible TEXT NOT NULL DEFAULT '',
  status INTEGER NOT NULL DEFAULT 0,
  status_before INTEGER NOT NULL DEFAULT 0, status_pull INTEGER NOT NULL DEFAULT 0, -- status before the pull that changed it (G1)
  tags TEXT NOT NULL DEFAULT '',           -- one a line
  links TEXT NOT NULL DEFAULT '',          -- "company 12" one a line, in the source's order
  created INTEGER, closed INTEGER, deadline INTEGER,
  seconds_total INTEGER,                   -- the remote's own sum
  paid_mark TEXT NOT NULL DEFAULT '', report_mark TEXT NOT NULL DEFAULT '',
  client INTEGER REFERENCES companies(id), -- derived (G13); NULL: needs mapping
  two_clients INTEGER NOT NULL DEFAULT 0,
  UNIQUE (remote, remote_id)
) STRICT;
CREATE INDEX tasks_parent ON tasks(remote, parent) WHERE parent <> '';
CREATE INDEX tasks_project ON tasks(remote, project);
CREATE INDEX tasks_client ON tasks(client, closed);

CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  remote INTEGER NOT NULL REFERENCES remotes(id),
  remote_id TEXT NOT NULL,
  task INTEGER NOT NULL REFERENCES tasks(id),
  person INTEGER NOT NULL REFERENCES persons(id),
  seconds INTEGER NOT NULL,                -- 0 when deleted in its source
  at INTEGER,                              -- the moment, or
  day INTEGER,                             -- the date as given (G11)
  text TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0,1)),
  seen INTEGER NOT NULL,                   -- sequence of the transaction that first saw it
  seen_at INTEGER NOT NULL,
  paid_task INTEGER NOT NULL DEFAULT 0,    -- its task was fully paid then (G1, G2 a)
  client INTEGER,                          -- derived (G13): tasks.client; as billed while a sent report holds it
  work_date INTEGER NOT NULL,              -- derived (G11)
  live_report INTEGER,                     -- derived by triggers (G31): who holds it; NULL: free
  UNIQUE (remote, remote_id),
  CHECK (at IS NOT NULL OR day IS NOT NULL)
) STRICT;
-- Ends in live_report so that SQLite counts it as covering (PERFORMANCE 3.3).
CREATE INDEX entries_free ON entries(client, work_date, task, seconds, live_report) WHERE live_report IS NULL;
-- Late by rule G2 a: few, so that a draft needs not look at all that is free.
CREATE INDEX entries_paid_task ON entries(client) WHERE paid_task = 1 AND live_report IS NULL;
CREATE INDEX entries_task ON entries(task, seconds);
-- Held entries of a client are found by its reports: no second index over every client and date.
CREATE INDEX entries_report ON entries(live_report, work_date) WHERE live_report IS NOT NULL;
CREATE INDEX entries_revised ON entries(live_report) WHERE live_report IS NOT NULL AND revision > 1;

CREATE TABLE entry_revisions (             -- superseded ones; the latest stands in entries
  entry INTEGER NOT NULL REFERENCES entries(id),
  n INTEGER NOT NULL,
  task INTEGER NOT NULL, person INTEGER NOT NULL, seconds INTEGER NOT NULL, at INTEGER, day INTEGER,
  text TEXT NOT NULL, work_date INTEGER NOT NULL, client INTEGER, deleted INTEGER NOT NULL,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (entry, n)
) STRICT, WITHOUT ROWID;

-- decisions of people about facts -------------------------------------------------------------------------------
CREATE TABLE links (                       -- link set PROJECT|TASK|PERSON REF (G13)
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL, target TEXT NOT NULL, valid_from INTEGER, actor TEXT NOT NULL, at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX links_live ON links(subject, ifnull(valid_from, -1)) WHERE removed_at IS NULL;
CREATE TABLE overrides (                   -- billable or not, by a person (G9)
  entry INTEGER PRIMARY KEY REFERENCES entries(id),
  billable INTEGER NOT NULL CHECK (billable IN (0,1)), reason TEXT NOT NULL CHECK (reason <> ''),
  actor TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE late_decisions (
  entry INTEGER PRIMARY KEY REFERENCES entries(id),
  decision TEXT NOT NULL CHECK (decision IN ('next_report','write_off')), reason TEXT NOT NULL,
  actor TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE adoptions (                   -- billed outside up to a date (G2, CASE W-33)
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL, until INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, undone_at INTEGER
) STRICT;
CREATE UNIQUE INDEX adoptions_live ON adoptions(subject) WHERE undone_at IS NULL;
CREATE TABLE presets (name TEXT PRIMARY KEY, filter TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL) STRICT;

-- contracts, reports --------------------------------------------------------------------------------------------
CREATE TABLE contracts (
  id INTEGER PRIMARY KEY,
  client INTEGER NOT NULL REFERENCES companies(id), version INTEGER NOT NULL, valid_from INTEGER NOT NULL,
  text TEXT NOT NULL,                      -- the terms as JSON, every default filled in
  actor TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (client, version)
) STRICT;
CREATE TRIGGER contracts_fixed BEFORE UPDATE ON contracts BEGIN SELECT RAISE(ABORT, 'a contract version never changes'); END;

CREATE TABLE numbers (series TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT; -- own company and year (G28)

CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  client INTEGER NOT NULL REFERENCES companies(id),
  contract INTEGER NOT NULL REFERENCES contracts(id),
  currency TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
  filter TEXT NOT NULL,                    -- JSON
  period_from INTEGER NOT NULL, period_to INTEGER NOT NULL,
  number TEXT UNIQUE,                      -- given once, at the first sending (rule 15)
  revision INTEGER NOT NULL DEFAULT 0,     -- the current frozen one; 0: never sent
  link INTEGER NOT NULL DEFAULT 0,         -- number of the client link (G23)
  link_digest TEXT,                        -- SHA-256 of its token; NULL: none or revoked
  deal_key TEXT NOT NULL DEFAULT '',
  worked_seconds INTEGER NOT NULL DEFAULT 0, billed_seconds INTEGER NOT NULL DEFAULT 0, nonbillable_seconds INTEGER NOT NULL DEFAULT 0,
  subtotal INTEGER NOT NULL DEFAULT 0, vat INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0, surplus INTEGER NOT NULL DEFAULT 0, written_off INTEGER NOT NULL DEFAULT 0,
  drifted INTEGER NOT NULL DEFAULT 0,
  asks TEXT,                               -- a person is asked: why (payment of another currency, lost deal …)
  note TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL,
  sent_at INTEGER, sent_seen INTEGER,      -- entries with seen <= sent_seen existed when it was sent (G2 b)
  agreed_at INTEGER, agreed_by TEXT, agreed_hash TEXT, invoiced_at INTEGER, paid_at INTEGER,
  ended_at INTEGER, ended_reason TEXT,
  CHECK (number IS NOT NULL OR state IN (0, 6))
) STRICT;
CREATE INDEX reports_client ON reports(client, state);
CREATE TRIGGER reports_kept BEFORE DELETE ON reports WHEN OLD.number IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a report that was sent is never deleted'); END;
CREATE TRIGGER reports_number BEFORE UPDATE OF number ON reports WHEN OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number
BEGIN SELECT RAISE(ABORT, 'a report keeps its number'); END;

CREATE TABLE revisions (                   -- frozen: what the client was shown
  report INTEGER NOT NULL REFERENCES reports(id), n INTEGER NOT NULL,
  canonical TEXT NOT NULL, hash TEXT NOT NULL, frozen_at INTEGER NOT NULL, actor TEXT NOT NULL,
  acknowledged TEXT NOT NULL DEFAULT '',   -- warnings that were sent with it
  PRIMARY KEY (report, n)
) STRICT;
CREATE TRIGGER revisions_fixed BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'a sent revision never changes'); END;
CREATE TRIGGER revisions_kept BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'a sent revision is never deleted'); END;

CREATE TABLE lines (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(id), revision INTEGER NOT NULL, -- 0: of the draft
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('work','adjustment')),
  task INTEGER NOT NULL REFERENCES tasks(id), task_title TEXT NOT NULL, task_url TEXT NOT NULL,
  project TEXT NOT NULL, project_name TEXT NOT NULL,
  work_type TEXT NOT NULL, rate INTEGER NOT NULL, billable INTEGER NOT NULL CHECK (billable IN (0,1)), reason TEXT NOT NULL,
  worked_seconds INTEGER NOT NULL, billed_seconds INTEGER NOT NULL, amount INTEGER NOT NULL, gross INTEGER NOT NULL,
  people TEXT NOT NULL,                    -- JSON
  UNIQUE (report, revision, position)
) STRICT;
CREATE INDEX lines_task ON lines(task);
CREATE TRIGGER lines_fixed BEFORE UPDATE ON lines WHEN OLD.revision > 0
BEGIN SELECT RAISE(ABORT, 'a line of a sent revision never changes'); END;
CREATE TRIGGER lines_kept BEFORE DELETE ON lines WHEN OLD.revision > 0
BEGIN SELECT RAISE(ABORT, 'a line of a sent revision is never deleted'); END;

CREATE TABLE allocations (                 -- the only link between time and bill
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES entries(id), entry_revision INTEGER NOT NULL,
  origin TEXT NOT NULL,                    -- work | adjustment:ID
  line INTEGER NOT NULL REFERENCES lines(id), report INTEGER NOT NULL REFERENCES reports(id),
  seconds INTEGER NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0,1))
) STRICT;
-- Rule 2, in the database and not in code: the second claimant loses here.
CREATE UNIQUE INDEX allocations_live ON allocations(entry, origin) WHERE live = 1;
CREATE INDEX allocations_line ON allocations(line);
CREATE INDEX allocations_report ON allocations(report);
CREATE TRIGGER allocations_kept BEFORE DELETE ON allocations
WHEN (SELECT revision FROM lines WHERE id = OLD.line) > 0
BEGIN SELECT RAISE(ABORT, 'an allocation of a sent revision is never deleted'); END;
CREATE TRIGGER allocations_fixed BEFORE UPDATE OF entry, entry_revision, origin, line, report, seconds ON allocations
BEGIN SELECT RAISE(ABORT, 'an allocation never changes; it only stops being live'); END;
CREATE TRIGGER allocations_dead BEFORE UPDATE OF live ON allocations WHEN OLD.live = 0 AND NEW.live = 1
BEGIN SELECT RAISE(ABORT, 'an allocation that ended stays ended'); END;

CREATE TABLE rollup (                      -- all-time sums per client and task (PERFORMANCE P11); written by triggers
  client INTEGER NOT NULL, task INTEGER NOT NULL,
  held_seconds INTEGER NOT NULL DEFAULT 0, -- on live reports
  PRIMARY KEY (client, task)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER live_insert AFTER INSERT ON allocations WHEN NEW.live = 1 BEGIN
  UPDATE entries SET live_report = NEW.report WHERE id = NEW.entry AND NEW.origin = 'work';
  INSERT INTO rollup(client, task, held_seconds)
    SELECT r.client, l.task, NEW.seconds FROM reports r, lines l WHERE r.id = NEW.report AND l.id = NEW.line
    ON CONFLICT DO UPDATE SET held_seconds = held_seconds + excluded.held_seconds;
END;
-- What comes free follows its task: the client may have changed while a report held the entry (G13).
CREATE TRIGGER live_end AFTER UPDATE OF live ON allocations WHEN OLD.live = 1 AND NEW.live = 0 BEGIN
  UPDATE entries SET live_report = NULL, client = (SELECT client FROM tasks WHERE id = entries.task)
   WHERE id = NEW.entry AND NEW.origin = 'work';
  UPDATE rollup SET held_seconds = held_seconds - OLD.seconds
   WHERE client = (SELECT client FROM reports WHERE id = OLD.report) AND task = (SELECT task FROM lines WHERE id = OLD.line);
END;
CREATE TRIGGER live_delete AFTER DELETE ON allocations WHEN OLD.live = 1 BEGIN
  UPDATE entries SET live_report = NULL, client = (SELECT client FROM tasks WHERE id = entries.task)
   WHERE id = OLD.entry AND OLD.origin = 'work';
  UPDATE rollup SET held_seconds = held_seconds - OLD.seconds
   WHERE client = (SELECT client FROM reports WHERE id = OLD.report) AND task = (SELECT task FROM lines WHERE id = OLD.line);
END;

CREATE TABLE exclusions (                  -- taken out of one draft by a person (G8)
  report INTEGER NOT NULL REFERENCES reports(id), entry INTEGER NOT NULL DEFAULT 0, task INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (report, entry, task)
) STRICT;

CREATE TABLE adjustments (
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES entries(id), report INTEGER NOT NULL REFERENCES reports(id), -- where it was billed
  line INTEGER NOT NULL REFERENCES lines(id),
  from_revision INTEGER NOT NULL, to_revision INTEGER NOT NULL,
  delta_seconds INTEGER NOT NULL, delta_billed INTEGER NOT NULL, delta_amount INTEGER NOT NULL,
  why TEXT NOT NULL,
  decision TEXT CHECK (decision IN ('next_report','write_off')), reason TEXT, actor TEXT, decided_at INTEGER,
  made_at INTEGER NOT NULL,
  replaced INTEGER NOT NULL DEFAULT 0,     -- the entry changed again before a decision
  -- The transfer pair (G10): what a change of task, person, date, client or verdict becomes when it is decided.
  transfer INTEGER NOT NULL DEFAULT 0 CHECK (transfer IN (0,1)),
  side INTEGER NOT NULL DEFAULT 0 CHECK (side BETWEEN 0 AND 3), -- 0 correction, 1 taken out, 2 put in, 3 used up
  pair INTEGER REFERENCES adjustments(id), -- of what was put in or used up: the decision it belongs to
  place INTEGER REFERENCES adjustments(id),-- the put-in side that this corrects; NULL: the line of the first bill
  owner INTEGER REFERENCES companies(id),  -- whose the time was, and whether it was billable, when this was made
  judged INTEGER,
  -- Whose next report takes its line, by which terms; NULL: those of the line of the first bill.
  client INTEGER REFERENCES companies(id), contract INTEGER REFERENCES contracts(id), task INTEGER REFERENCES tasks(id),
  work_type TEXT, rate INTEGER, billable INTEGER
) STRICT;
CREATE UNIQUE INDEX adjustments_open ON adjustments(entry) WHERE decision IS NULL AND replaced = 0;
CREATE UNIQUE INDEX adjustments_pair ON adjustments(entry, report, from_revision, to_revision, side) WHERE replaced = 0;
CREATE INDEX adjustments_report ON adjustments(report) WHERE replaced = 0;
CREATE TABLE answered (                    -- billed entries that changed up to this revision and ask for nothing
  entry INTEGER PRIMARY KEY REFERENCES entries(id), report INTEGER NOT NULL REFERENCES reports(id),
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE payments (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(id),
  source TEXT NOT NULL,                    -- hand | a remote's name
  external_id TEXT NOT NULL,               -- rule 39
  amount INTEGER NOT NULL, currency TEXT NOT NULL, date INTEGER NOT NULL, ref TEXT NOT NULL,
  actor TEXT NOT NULL, at INTEGER NOT NULL,
  reversed_at INTEGER, reversed_reason TEXT,
  UNIQUE (source, external_id)
) STRICT;

-- what we tell the outside --------------------------------------------------------------------------------------
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  remote INTEGER NOT NULL REFERENCES remotes(id),
  report INTEGER REFERENCES reports(id),
  task INTEGER REFERENCES tasks(id),
  kind TEXT NOT NULL, repeat INTEGER NOT NULL CHECK (repeat BETWEEN 0 AND 2),
  purpose TEXT NOT NULL,                   -- one op of one purpose: "report 17 deal", "task 5 mark"
  key TEXT NOT NULL UNIQUE,                -- made with the op, never changed (G18)
  target TEXT NOT NULL, fields TEXT NOT NULL,
  after INTEGER REFERENCES outbox(id),     -- waits for an earlier op; its remote id replaces {"$op":id} in fields and an empty target
  state TEXT NOT NULL CHECK (state IN ('pending','in_flight','uncertain','done','parked')),
  attempts INTEGER NOT NULL DEFAULT 0, lookups INTEGER NOT NULL DEFAULT 0,
  claimed_at INTEGER, due_at INTEGER NOT NULL,
  last_error TEXT NOT NULL DEFAULT '', remote_id TEXT NOT NULL DEFAULT '',
  verified INTEGER NOT NULL DEFAULT 0,     -- read back and equal
  made_at INTEGER NOT NULL, done_at INTEGER,
  superseded INTEGER NOT NULL DEFAULT 0    -- a newer value for the same purpose took its place
) STRICT;
CREATE INDEX outbox_due ON outbox(remote, due_at) WHERE state IN ('pending','in_flight','uncertain');
CREATE INDEX outbox_report ON outbox(report);
CREATE INDEX outbox_purpose ON outbox(purpose);
CREATE INDEX outbox_made ON outbox(remote_id, kind) WHERE repeat = 1 AND remote_id <> '';
-- At most one live create of each purpose (rule 48).
CREATE UNIQUE INDEX outbox_create ON outbox(purpose) WHERE repeat = 1 AND superseded = 0;

CREATE TABLE settings (                    -- small values that the program keeps for itself
  remote INTEGER NOT NULL,                 -- 0: of the whole books
  name TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (remote, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE cards (                       -- report cards in the CRM (G36)
  id INTEGER PRIMARY KEY,
  remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,                -- ours, in its xmlId
  report INTEGER UNIQUE REFERENCES reports(id), -- NULL: its filter makes no draft (yet)
  own INTEGER NOT NULL CHECK (own IN (0,1)), -- we made it: it never makes a report
  filter TEXT NOT NULL,                    -- as last read from the card
  shown TEXT NOT NULL, shown_state TEXT NOT NULL, -- what was last decided for it
  told TEXT NOT NULL, comments INTEGER NOT NULL,  -- what the last comment was about; how many there are
  put_backs INTEGER NOT NULL, put_back_since INTEGER NOT NULL, -- against an endless exchange with a robot
  gone INTEGER NOT NULL CHECK (gone IN (0,1)),
  UNIQUE (remote, remote_id)
) STRICT;

CREATE TABLE documents (                   -- what the portal made of a report; the file stands in data_dir/documents
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(id),
  remote INTEGER NOT NULL REFERENCES remotes(id), template TEXT NOT NULL, remote_id TEXT NOT NULL,
  title TEXT NOT NULL, number TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting','stored','failed')),
  file TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  looks INTEGER NOT NULL, due_at INTEGER NOT NULL, last_error TEXT NOT NULL, stored_at INTEGER,
  UNIQUE (report, template),               -- rule 48
  CHECK (state <> 'stored' OR (file <> '' AND sha256 <> '' AND bytes > 0))
) STRICT;
CREATE INDEX documents_due ON documents(remote, due_at) WHERE state = 'waiting';

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  remote INTEGER REFERENCES remotes(id), received_at INTEGER NOT NULL, dedupe TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('new','done','ignored','failed')), last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX inbox_new ON inbox(id) WHERE state = 'new';

CREATE TABLE jobs (
  remote INTEGER NOT NULL REFERENCES remotes(id), kind TEXT NOT NULL, stream TEXT NOT NULL DEFAULT '',
  due_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, last_error TEXT NOT NULL DEFAULT '',
  stopped TEXT, what_to_do TEXT,           -- a guard stopped it and asks a person
  PRIMARY KEY (remote, kind, stream)
) STRICT, WITHOUT ROWID;

-- the log: append-only, hash-chained (rule 55) ------------------------------------------------------------------
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,   -- SQLite remembers the last one: a cut-off tail shows
  at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  report INTEGER, subject TEXT NOT NULL, data TEXT NOT NULL, -- JSON
  previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX events_report ON events(report) WHERE report IS NOT NULL;
CREATE INDEX events_subject ON events(subject);
CREATE TRIGGER events_fixed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
