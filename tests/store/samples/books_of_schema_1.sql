-- Books as a program of schema 1 left them: a client's report invoiced, time behind it, an event in the inbox.
PRAGMA application_id=1751282242;
PRAGMA user_version=1;
BEGIN TRANSACTION;
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
CREATE TABLE adoptions (                   -- billed outside up to a date (G2, CASE W-33)
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL, until INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, undone_at INTEGER
) STRICT;
CREATE TABLE allocations (                 -- the only link between time and bill
  id INTEGER PRIMARY KEY,
  entry INTEGER NOT NULL REFERENCES entries(id), entry_revision INTEGER NOT NULL,
  origin TEXT NOT NULL,                    -- work | adjustment:ID
  line INTEGER NOT NULL REFERENCES lines(id), report INTEGER NOT NULL REFERENCES reports(id),
  seconds INTEGER NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0,1))
) STRICT;
INSERT INTO "allocations" VALUES(1,1,1,'work',1,1,3600,1);
INSERT INTO "allocations" VALUES(2,2,1,'work',1,1,1800,1);
INSERT INTO "allocations" VALUES(3,3,1,'work',2,1,7200,1);
INSERT INTO "allocations" VALUES(4,5,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(5,6,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(6,7,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(7,8,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(8,9,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(9,10,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(10,11,1,'work',2,1,600,1);
INSERT INTO "allocations" VALUES(11,4,1,'work',3,1,900,1);
CREATE TABLE answered (                    -- billed entries that changed up to this revision and ask for nothing
  entry INTEGER PRIMARY KEY REFERENCES entries(id), report INTEGER NOT NULL REFERENCES reports(id),
  revision INTEGER NOT NULL
) STRICT;
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
CREATE TABLE companies (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  name TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 1,
  UNIQUE (remote, remote_id)
) STRICT;
INSERT INTO "companies" VALUES(1,1,'1','Studio',1,1);
INSERT INTO "companies" VALUES(2,1,'2','Acme Ltd',0,1);
CREATE TABLE contracts (
  id INTEGER PRIMARY KEY,
  client INTEGER NOT NULL REFERENCES companies(id), version INTEGER NOT NULL, valid_from INTEGER NOT NULL,
  text TEXT NOT NULL,                      -- the terms as JSON, every default filled in
  actor TEXT NOT NULL, at INTEGER NOT NULL,
  UNIQUE (client, version)
) STRICT;
INSERT INTO "contracts" VALUES(1,2,1,20454,'{
  "client": "bitrix24:company:2",
  "valid_from": "2026-01-01",
  "currency": "EUR",
  "vat": {
    "mode": "added",
    "rate": "20"
  },
  "own_company": "bitrix24:company:1",
  "time_zone": "Europe/Minsk",
  "locale": "en",
  "rounding": {
    "level": "none"
  },
  "rates": [
    {
      "amount": "60.00"
    },
    {
      "work_type": "design",
      "amount": "80.00"
    }
  ],
  "work_types": [
    {
      "tag": "design",
      "type": "design",
      "billable": true,
      "overhead": false
    },
    {
      "tag": "bug",
      "type": "bug",
      "billable": false,
      "overhead": false,
      "reason": "our mistake"
    }
  ],
  "nonbillable": [],
  "people": "names"
}','cli:root',1795325453993);
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
INSERT INTO "cursors" VALUES(1,'companies','changes','{"v":1,"finished":1,"high":2,"since":"2026-11-22T05:21:04+00:00"}',0,1795325464573,1795325464573);
INSERT INTO "cursors" VALUES(1,'companies','full','{"v":1,"finished":1,"high":2,"since":"2026-11-22T05:20:53+00:00"}',0,1795325453437,1795325453437);
INSERT INTO "cursors" VALUES(1,'deals','changes','{"v":1,"finished":1,"high":0,"since":"2026-11-22T05:21:04+00:00"}',0,1795325464574,1795325464574);
INSERT INTO "cursors" VALUES(1,'deals','full','{"v":1,"finished":1,"high":0,"since":"2026-11-22T05:20:53+00:00"}',0,1795325453445,1795325453445);
INSERT INTO "cursors" VALUES(1,'entries','changes','{"v":1,"finished":1,"high":15,"since":"2026-11-22T05:21:04+00:00"}',0,1795325464589,1795325464589);
INSERT INTO "cursors" VALUES(1,'entries','full','{"v":1,"finished":1,"high":4,"since":"2026-11-22T05:20:53+00:00"}',0,1795325453465,1795325453468);
INSERT INTO "cursors" VALUES(1,'groups','changes','{"v":1,"finished":1,"high":0,"since":"2026-11-22T05:21:04+00:00"}',0,1795325464449,1795325464449);
INSERT INTO "cursors" VALUES(1,'groups','full','{"v":1,"finished":1,"high":0,"since":"2026-11-22T05:20:53+00:00"}',0,1795325453429,1795325453429);
INSERT INTO "cursors" VALUES(1,'tasks','changes','{"v":1,"finished":1,"high":3,"since":"2026-11-22T05:21:04+00:00"}',0,1795325464581,1795325464581);
INSERT INTO "cursors" VALUES(1,'tasks','full','{"v":1,"finished":1,"high":3,"since":"2026-11-22T05:20:53+00:00"}',0,1795325453453,1795325453454);
INSERT INTO "cursors" VALUES(1,'users','changes','{"v":1,"finished":1,"high":3,"since":"2026-11-22T05:21:04+00:00"}',0,1795325464429,1795325464429);
INSERT INTO "cursors" VALUES(1,'users','full','{"v":1,"finished":1,"high":3,"since":"2026-11-22T05:20:53+00:00"}',0,1795325453422,1795325453423);
CREATE TABLE deals (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  title TEXT NOT NULL, company TEXT NOT NULL, stage TEXT NOT NULL, origin_id TEXT NOT NULL,
  known INTEGER NOT NULL DEFAULT 1,
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
INSERT INTO "entries" VALUES(1,1,'1',1,1,3600,1772697600000,NULL,'work',1,0,1,1795325453465,0,2,20517,1);
INSERT INTO "entries" VALUES(2,1,'2',1,1,1800,1772784000000,NULL,'work',1,0,1,1795325453465,0,2,20518,1);
INSERT INTO "entries" VALUES(3,1,'3',2,1,7200,1773129600000,NULL,'work',1,0,1,1795325453465,0,2,20522,1);
INSERT INTO "entries" VALUES(4,1,'4',3,1,900,1773216000000,NULL,'work',1,0,1,1795325453465,0,2,20523,1);
INSERT INTO "entries" VALUES(5,1,'5',2,1,600,1773302400000,NULL,'work',1,0,2,1795325454901,0,2,20524,1);
INSERT INTO "entries" VALUES(6,1,'6',2,1,600,1773388800000,NULL,'work',1,0,3,1795325456181,0,2,20525,1);
INSERT INTO "entries" VALUES(7,1,'7',2,1,600,1773475200000,NULL,'work',1,0,4,1795325457256,0,2,20526,1);
INSERT INTO "entries" VALUES(8,1,'8',2,1,600,1773561600000,NULL,'work',1,0,5,1795325457732,0,2,20527,1);
INSERT INTO "entries" VALUES(9,1,'9',2,1,600,1773648000000,NULL,'work',1,0,6,1795325457790,0,2,20528,1);
INSERT INTO "entries" VALUES(10,1,'10',2,1,600,1773734400000,NULL,'work',1,0,7,1795325458025,0,2,20529,1);
INSERT INTO "entries" VALUES(11,1,'11',2,1,600,1773820800000,NULL,'work',1,0,8,1795325459030,0,2,20530,1);
INSERT INTO "entries" VALUES(12,1,'12',1,1,900,1773993600000,NULL,'work',1,0,10,1795325461497,0,2,20532,NULL);
INSERT INTO "entries" VALUES(13,1,'13',1,1,900,1774080000000,NULL,'work',1,0,11,1795325461724,0,2,20533,NULL);
INSERT INTO "entries" VALUES(14,1,'14',1,1,900,1774166400000,NULL,'work',1,0,15,1795325462291,0,2,20534,NULL);
INSERT INTO "entries" VALUES(15,1,'15',1,1,900,1774252800000,NULL,'work',1,0,20,1795325463213,0,2,20535,NULL);
CREATE TABLE entry_revisions (             -- superseded ones; the latest stands in entries
  entry INTEGER NOT NULL REFERENCES entries(id),
  n INTEGER NOT NULL,
  task INTEGER NOT NULL, person INTEGER NOT NULL, seconds INTEGER NOT NULL, at INTEGER, day INTEGER,
  text TEXT NOT NULL, work_date INTEGER NOT NULL, client INTEGER, deleted INTEGER NOT NULL,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (entry, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,   -- SQLite remembers the last one: a cut-off tail shows
  at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  report INTEGER, subject TEXT NOT NULL, data TEXT NOT NULL, -- JSON
  previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,1795325453993,'cli:root','contract.applied',NULL,'bitrix24:company:2','{"valid_from":"2026-01-01","version":1}','','1d7f192360f42d6243f8b1474ab125b4f778cca013b06d1131a98a43e9910e19');
INSERT INTO "events" VALUES(2,1795325459121,'cli:root','report.created',1,'bitrix24:company:2','{"from":"2026-03-01","seconds":17700,"to":"2026-03-31","total":"372.00 EUR"}','1d7f192360f42d6243f8b1474ab125b4f778cca013b06d1131a98a43e9910e19','05277fc3793d5c1afb8f27565a4b79b70fd9dac42d947900f1225416ca43a26f');
INSERT INTO "events" VALUES(3,1795325459936,'cli:root','report.sent',1,'C1-2026-0001','{"hash":"cc85d30cb02b3a431fa895cb9a92eff8a790a303e3e1e76a9fb34e830608214b","revision":1,"seconds":17700,"total":"372.00 EUR","warnings":""}','05277fc3793d5c1afb8f27565a4b79b70fd9dac42d947900f1225416ca43a26f','83dbcddba03db847e8e09c2d66b343513af9c617eab6a6c27341d56019ea92eb');
INSERT INTO "events" VALUES(4,1795325463753,'cli:root','report.agreed',1,'C1-2026-0001','{"hash":"cc85d30cb02b3a431fa895cb9a92eff8a790a303e3e1e76a9fb34e830608214b"}','83dbcddba03db847e8e09c2d66b343513af9c617eab6a6c27341d56019ea92eb','e6dc3140551c376da2a1491291716489770f62fc8440cd65ca490984ad13c5b1');
INSERT INTO "events" VALUES(5,1795325464613,'outbox','op.done',1,'report 1 deal','{"kind":"deal.create","remote_id":"1"}','e6dc3140551c376da2a1491291716489770f62fc8440cd65ca490984ad13c5b1','052dc049af5e2aa5867b565aff102a2f13d1ae3909412cfb22cba83c4d3120b4');
INSERT INTO "events" VALUES(6,1795325464629,'outbox','op.done',1,'report 1 rows','{"kind":"deal.rows","remote_id":"1"}','052dc049af5e2aa5867b565aff102a2f13d1ae3909412cfb22cba83c4d3120b4','4f0ca81290fcd1ebee20dd4758bb8c5282efed32bfb01944d51a9c838bdca420');
INSERT INTO "events" VALUES(7,1795325464645,'outbox','op.done',1,'report 1 comment agreed','{"kind":"comment.create","remote_id":"1"}','4f0ca81290fcd1ebee20dd4758bb8c5282efed32bfb01944d51a9c838bdca420','6ca4c6b81b9cc97022d87d2478de9ede209176a00fa2f885dfe181e001e6ab75');
INSERT INTO "events" VALUES(8,1795325464661,'outbox','op.done',NULL,'field bitrix24 UF_HB_PAID','{"kind":"task.field","remote_id":"1001"}','6ca4c6b81b9cc97022d87d2478de9ede209176a00fa2f885dfe181e001e6ab75','856059d747b96f8246b49fd65256302fce1f3ae883a568d41a13c33fa0095905');
INSERT INTO "events" VALUES(9,1795325464677,'outbox','op.done',NULL,'field bitrix24 UF_HB_REPORT','{"kind":"task.field","remote_id":"1002"}','856059d747b96f8246b49fd65256302fce1f3ae883a568d41a13c33fa0095905','77f879c457b1ec83a0363cbd28e0380a215a3d3f77534a57fed36227004f7202');
INSERT INTO "events" VALUES(10,1795325464693,'outbox','op.done',NULL,'task 1 mark','{"kind":"task.mark","remote_id":"1"}','77f879c457b1ec83a0363cbd28e0380a215a3d3f77534a57fed36227004f7202','4e2213f3c54a25e28f8da3116d9889064f10ddccd324c36aa30b0f8d52de5fe0');
INSERT INTO "events" VALUES(11,1795325464700,'outbox','op.done',NULL,'task 2 mark','{"kind":"task.mark","remote_id":"2"}','4e2213f3c54a25e28f8da3116d9889064f10ddccd324c36aa30b0f8d52de5fe0','500e47ab39ecfbd124cd12febc0d379351a0115f4ed87aaf9ad2ede4da185933');
INSERT INTO "events" VALUES(12,1795325464712,'outbox','op.done',NULL,'task 3 mark','{"kind":"task.mark","remote_id":"3"}','500e47ab39ecfbd124cd12febc0d379351a0115f4ed87aaf9ad2ede4da185933','721a2fc04d156cd5db1e502de8f733a92be891181efb412688f68409595eedf8');
INSERT INTO "events" VALUES(13,1795325464721,'engine','report.invoiced',1,'C1-2026-0001','{"deal":"1","invoice":"","total":"372.00 EUR"}','721a2fc04d156cd5db1e502de8f733a92be891181efb412688f68409595eedf8','b0aa52c6b0b0d92ce411e51443c826ad217d54bf8f261819ffafa58585165a33');
INSERT INTO "events" VALUES(14,1795325464737,'outbox','op.done',1,'report 1 comment invoiced','{"kind":"comment.create","remote_id":"2"}','b0aa52c6b0b0d92ce411e51443c826ad217d54bf8f261819ffafa58585165a33','c52ef8d9202b8004aaee7f26d4d768dfc65c098ee654ab5dbc4a858faf10447f');
CREATE TABLE exclusions (                  -- taken out of one draft by a person (G8)
  report INTEGER NOT NULL REFERENCES reports(id), entry INTEGER NOT NULL DEFAULT 0, task INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (report, entry, task)
) STRICT;
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  remote INTEGER REFERENCES remotes(id), received_at INTEGER NOT NULL, dedupe TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('new','done','ignored','failed')), last_error TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO "inbox" VALUES(1,1,1795325460896,'210cccc16ab30589716131cb478b2cc71b05b99c0ca782f988cdfb6047e0bfe3',X'6576656E743D4F4E5441534B55504441544526646174612535424649454C44535F4245464F524525354425354249442535443D39303030303326646174612535424649454C44535F414654455225354425354249442535443D3930303030332674733D313736363034373132342661757468253542646F6D61696E2535443D3132372E302E302E3126617574682535426D656D6265725F69642535443D6438393730363365','done','');
INSERT INTO "inbox" VALUES(2,1,1795325460897,'f66a7e4880af4c8d23078fdb936613b494f01bd6b855a000b0634bfcaa99029d',X'6576656E743D4F4E5441534B55504441544526646174612535424649454C44535F4245464F524525354425354249442535443D39303030303126646174612535424649454C44535F414654455225354425354249442535443D3930303030312674733D313736363034373132342661757468253542646F6D61696E2535443D3132372E302E302E3126617574682535426D656D6265725F69642535443D6438393730363365','done','');
INSERT INTO "inbox" VALUES(3,1,1795325460968,'49f23ac99b9dff7dcbddf64035f0365e5b4e1f6c2e11a9e37d6296b581dffb5c',X'6576656E743D4F4E5441534B55504441544526646174612535424649454C44535F4245464F524525354425354249442535443D39303030303026646174612535424649454C44535F414654455225354425354249442535443D3930303030302674733D313736363034373132342661757468253542646F6D61696E2535443D3132372E302E302E3126617574682535426D656D6265725F69642535443D6438393730363365','done','');
CREATE TABLE jobs (
  remote INTEGER NOT NULL REFERENCES remotes(id), kind TEXT NOT NULL, stream TEXT NOT NULL DEFAULT '',
  due_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, last_error TEXT NOT NULL DEFAULT '',
  stopped TEXT, what_to_do TEXT,           -- a guard stopped it and asks a person
  PRIMARY KEY (remote, kind, stream)
) STRICT, WITHOUT ROWID;
INSERT INTO "jobs" VALUES(1,'pull','',1795325764601,0,'',NULL,NULL);
INSERT INTO "jobs" VALUES(1,'reconcile','',1795393800000,0,'',NULL,NULL);
CREATE TABLE late_decisions (
  entry INTEGER PRIMARY KEY REFERENCES entries(id),
  decision TEXT NOT NULL CHECK (decision IN ('next_report','write_off')), reason TEXT NOT NULL,
  actor TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
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
INSERT INTO "lines" VALUES(1,1,1,1,'work',1,'Landing page','http://127.0.0.1:36101/company/personal/user/1/tasks/task/view/1/','','','design',8000,1,'',5400,5400,12000,14400,'bitrix24:user:1	Ольга Ковалевич	5400
');
INSERT INTO "lines" VALUES(2,1,1,2,'work',2,'API','http://127.0.0.1:36101/company/personal/user/1/tasks/task/view/2/','','','',6000,1,'',11400,11400,19000,22800,'bitrix24:user:1	Ольга Ковалевич	11400
');
INSERT INTO "lines" VALUES(3,1,1,3,'work',3,'Broken form','http://127.0.0.1:36101/company/personal/user/1/tasks/task/view/3/','','','bug',0,0,'our mistake',900,0,0,0,'bitrix24:user:1	Ольга Ковалевич	900
');
CREATE TABLE links (                       -- link set PROJECT|TASK|PERSON REF (G13)
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL, target TEXT NOT NULL, valid_from INTEGER, actor TEXT NOT NULL, at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE TABLE numbers (series TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO "numbers" VALUES('C1-2026',1);
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
INSERT INTO "outbox" VALUES(1,1,1,NULL,'deal.create',1,'report 1 deal','hb-7a3dff142cb4309c48d07593f2a94cc7','','{"title":"Hours C1-2026-0001: Acme Ltd, 2026-03-01 to 2026-03-31","categoryId":0,"stageId":"NEW","companyId":"2","currencyId":"EUR","isManualOpportunity":"Y","opportunity":"372.00","originatorId":"hourbridge","originId":"hb-7a3dff142cb4309c48d07593f2a94cc7","comments":"Report C1-2026-0001, 4:40 hours. The client''s page: http://127.0.0.1:0/r/GJf-ZyLKi1pFFVt8POAXc6snANo4Bq4ZyY708LJzvHM"}',NULL,'done',1,0,1795325464609,1795325463805,'','1',0,1795325463805,1795325464613,0);
INSERT INTO "outbox" VALUES(2,1,1,NULL,'deal.rows',0,'report 1 rows','hb-3a3028626a9e013a65d7f10c6d3379e5','1','{"rows":[{"productName":"Landing page (1:30 h × 80.00)","price":"144.00","quantity":"1","taxRate":"20","taxIncluded":"Y","sort":10},{"productName":"API (3:10 h × 60.00)","price":"228.00","quantity":"1","taxRate":"20","taxIncluded":"Y","sort":20}]}',1,'done',1,0,1795325464620,1795325463806,'','1',0,1795325463806,1795325464629,0);
INSERT INTO "outbox" VALUES(3,1,1,NULL,'comment.create',1,'report 1 comment agreed','hb-5d8468b88479e9a673040bd33710119a','1','{"entityType":"deal","comment":"Acme Ltd agreed to report C1-2026-0001: 4:40 h, 372.00 EUR. http://127.0.0.1:0/r/GJf-ZyLKi1pFFVt8POAXc6snANo4Bq4ZyY708LJzvHM (hb-5d8468b88479e9a673040bd33710119a)"}',1,'done',1,0,1795325464636,1795325463806,'','1',0,1795325463806,1795325464645,0);
INSERT INTO "outbox" VALUES(4,1,NULL,NULL,'task.field',0,'field bitrix24 UF_HB_PAID','hb-b36da3a0041f415d7b8559d5581962ec','','{"name":"UF_HB_PAID","label":"Paid, % / Оплачено, %"}',NULL,'done',1,0,1795325464654,1795325463806,'','1001',0,1795325463806,1795325464661,0);
INSERT INTO "outbox" VALUES(5,1,NULL,NULL,'task.field',0,'field bitrix24 UF_HB_REPORT','hb-37b6d50ec4ceaa3fbf97adcb0d126532','','{"name":"UF_HB_REPORT","label":"Hour reports / Отчёты по часам"}',4,'done',1,0,1795325464668,1795325463806,'','1002',0,1795325463806,1795325464677,0);
INSERT INTO "outbox" VALUES(6,1,NULL,1,'task.mark',0,'task 1 mark','hb-b0939e2d712d064ce63bf24a98ee28a4','1','{"UF_HB_PAID":"0","UF_HB_REPORT":"C1-2026-0001"}',5,'done',1,0,1795325464684,1795325463806,'','1',1,1795325463806,1795325464693,0);
INSERT INTO "outbox" VALUES(7,1,NULL,2,'task.mark',0,'task 2 mark','hb-93b24aed7f2709df681160814cba4fbf','2','{"UF_HB_PAID":"0","UF_HB_REPORT":"C1-2026-0001"}',5,'done',1,0,1795325464684,1795325463807,'','2',1,1795325463807,1795325464700,0);
INSERT INTO "outbox" VALUES(8,1,NULL,3,'task.mark',0,'task 3 mark','hb-3536055dfb97af58006e2e91b040d0de','3','{"UF_HB_PAID":"","UF_HB_REPORT":"C1-2026-0001"}',5,'done',1,0,1795325464684,1795325463807,'','3',1,1795325463807,1795325464712,0);
INSERT INTO "outbox" VALUES(9,1,1,NULL,'comment.create',1,'report 1 comment invoiced','hb-7c9f6c04c0528760198f7387cbdd72ae','1','{"entityType":"deal","comment":"Report C1-2026-0001 is ready for payment: 372.00 EUR. http://127.0.0.1:0/r/GJf-ZyLKi1pFFVt8POAXc6snANo4Bq4ZyY708LJzvHM (hb-7c9f6c04c0528760198f7387cbdd72ae)"}',1,'done',1,0,1795325464729,1795325464721,'','2',0,1795325464721,1795325464737,0);
CREATE TABLE overrides (                   -- billable or not, by a person (G9)
  entry INTEGER PRIMARY KEY REFERENCES entries(id),
  billable INTEGER NOT NULL CHECK (billable IN (0,1)), reason TEXT NOT NULL CHECK (reason <> ''),
  actor TEXT NOT NULL, at INTEGER NOT NULL
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
CREATE TABLE persons (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  name TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1, known INTEGER NOT NULL DEFAULT 1,
  same_as INTEGER REFERENCES persons(id),  -- joined by hand (G13)
  UNIQUE (remote, remote_id)
) STRICT;
INSERT INTO "persons" VALUES(1,1,'1','Ольга Ковалевич',1,1,NULL);
INSERT INTO "persons" VALUES(2,1,'3','Ivan Petrov',1,1,NULL);
CREATE TABLE presets (name TEXT PRIMARY KEY, filter TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE projects (
  id INTEGER PRIMARY KEY, remote INTEGER NOT NULL REFERENCES remotes(id), remote_id TEXT NOT NULL,
  name TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 1,
  UNIQUE (remote, remote_id)
) STRICT;
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
INSERT INTO "records" VALUES(1,1,'users','1',0,NULL,1795325453422,'fcb0def8c361ed78c163125ad094bf455cfe3f5ec9c89be494a2acc0f6551a42','{"ID":"1","ACTIVE":true,"NAME":"Ольга","LAST_NAME":"Ковалевич","EMAIL":"olga@sandbox.example","WORK_POSITION":"Руководитель"}');
INSERT INTO "records" VALUES(2,1,'users','3',0,NULL,1795325453422,'76ba8cf7be68aed82b2adeb47a689e6df3c8f2a794412b77f8c0fabe358a0809','{"ID":"3","ACTIVE":true,"NAME":"Ivan","LAST_NAME":"Petrov","EMAIL":"ivan@sandbox.example","WORK_POSITION":"Designer"}');
INSERT INTO "records" VALUES(3,1,'companies','1',0,NULL,1795325453437,'0bfe2829c559fda98be76346e4bb77efb0c966a4a2dc6e13679b4f107d680a44','{"ID":"1","TITLE":"Studio","IS_MY_COMPANY":"Y"}');
INSERT INTO "records" VALUES(4,1,'companies','2',0,NULL,1795325453437,'d4970afd08e0d6b55e427308b66638dc6b3f23edf12849c4c08624dcd9643585','{"ID":"2","TITLE":"Acme Ltd","IS_MY_COMPANY":"N"}');
INSERT INTO "records" VALUES(5,1,'tasks','1',0,NULL,1795325463201,'d128e4aaa73e1676323f1104f47fc8cfa733244a0c8ba6ea5ed9dad874d1a9e0','{"id":"1","parentId":null,"title":"Landing page","createdBy":"1","createdDate":"2026-11-22T08:30:52+03:00","responsibleId":"1","changedDate":"2026-11-22T08:30:52+03:00","closedDate":"2026-11-22T08:30:52+03:00","deadline":null,"timeEstimate":"0","timeSpentInLogs":"9000","status":"5","groupId":"0","subStatus":"5","tags":{"2":{"id":2,"title":"design"}},"ufCrmTask":["CO_2"],"group":[],"creator":{"id":"1","name":"Ольга Ковалевич","link":"/company/personal/user/1/","icon":"/bitrix/images/tasks/default_avatar.png","workPosition":"Руководитель"},"responsible":{"id":"1","name":"Ольга Ковалевич","link":"/company/personal/user/1/","icon":"/bitrix/images/tasks/default_avatar.png","workPosition":"Руководитель"}}');
INSERT INTO "records" VALUES(6,1,'tasks','2',0,NULL,1795325459005,'51f3b8c549411bca9e5c0c6f3ee03e9237d391f191a0b65a7b6e14cfc852870f','{"id":"2","parentId":null,"title":"API","createdBy":"1","createdDate":"2026-11-22T08:30:52+03:00","responsibleId":"1","changedDate":"2026-11-22T08:30:52+03:00","closedDate":"2026-11-22T08:30:52+03:00","deadline":null,"timeEstimate":"0","timeSpentInLogs":"11400","status":"5","groupId":"0","subStatus":"5","tags":[],"ufCrmTask":["CO_2"],"group":[],"creator":{"id":"1","name":"Ольга Ковалевич","link":"/company/personal/user/1/","icon":"/bitrix/images/tasks/default_avatar.png","workPosition":"Руководитель"},"responsible":{"id":"1","name":"Ольга Ковалевич","link":"/company/personal/user/1/","icon":"/bitrix/images/tasks/default_avatar.png","workPosition":"Руководитель"}}');
INSERT INTO "records" VALUES(7,1,'tasks','3',0,NULL,1795325453453,'7c67dbeb49a45db36c9e431a9abbf8206f343a8895c2bebb0be2c766463f106f','{"id":"3","parentId":null,"title":"Broken form","createdBy":"1","createdDate":"2026-11-22T08:30:52+03:00","responsibleId":"1","changedDate":"2026-11-22T08:30:52+03:00","closedDate":"2026-11-22T08:30:52+03:00","deadline":null,"timeEstimate":"0","timeSpentInLogs":"900","status":"5","groupId":"0","subStatus":"5","tags":{"1":{"id":1,"title":"bug"}},"ufCrmTask":["CO_2"],"group":[],"creator":{"id":"1","name":"Ольга Ковалевич","link":"/company/personal/user/1/","icon":"/bitrix/images/tasks/default_avatar.png","workPosition":"Руководитель"},"responsible":{"id":"1","name":"Ольга Ковалевич","link":"/company/personal/user/1/","icon":"/bitrix/images/tasks/default_avatar.png","workPosition":"Руководитель"}}');
INSERT INTO "records" VALUES(8,1,'entries','1',0,NULL,1795325453465,'4a38654f9326caa29ca82b264654fdf5638fb632aeb004a1579be48591ac5fe4','{"ID":"1","TASK_ID":"1","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"3600","CREATED_DATE":"2026-03-05T11:00:00+03:00"}');
INSERT INTO "records" VALUES(9,1,'entries','2',0,NULL,1795325453465,'2ce8f296ee417155ff0c6a5c7b8ec18e030ba956e2c964fef733b8fe7a829b12','{"ID":"2","TASK_ID":"1","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"1800","CREATED_DATE":"2026-03-06T11:00:00+03:00"}');
INSERT INTO "records" VALUES(10,1,'entries','3',0,NULL,1795325453465,'7f44b298ddb04e41d56003784ffc863b9aefecf82efaba95ab25596e7a964c89','{"ID":"3","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"7200","CREATED_DATE":"2026-03-10T11:00:00+03:00"}');
INSERT INTO "records" VALUES(11,1,'entries','4',0,NULL,1795325453465,'82df9b0baa90e8c2214c9978f52256d7f0726116f37f16dd3eedc2575df0dd06','{"ID":"4","TASK_ID":"3","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"900","CREATED_DATE":"2026-03-11T11:00:00+03:00"}');
INSERT INTO "records" VALUES(12,1,'entries','5',0,NULL,1795325454901,'0fb173f24b45255c4954bc2704bdd26c4e105438b7072f082dfe27d1cdaca29d','{"ID":"5","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-12T11:00:00+03:00"}');
INSERT INTO "records" VALUES(13,1,'entries','6',0,NULL,1795325456181,'2a5aaa68529280b7a677500c5994d9e3d0429d36137ddc552ed690b59a8f9fb4','{"ID":"6","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-13T11:00:00+03:00"}');
INSERT INTO "records" VALUES(14,1,'entries','7',0,NULL,1795325457256,'195949e0d85b4d9d88a0e3dbf87c14c0290b316f4ccb96526f5a9e7ca11083e2','{"ID":"7","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-14T11:00:00+03:00"}');
INSERT INTO "records" VALUES(15,1,'entries','8',0,NULL,1795325457732,'24a82bbdeaf9fa687d008aca85a7dd00631ecbea45a6fd7bf6262ef59dffc057','{"ID":"8","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-15T11:00:00+03:00"}');
INSERT INTO "records" VALUES(16,1,'entries','9',0,NULL,1795325457790,'8ee4d9d177e25cd9bc99edd937d9fd00834ca694a4ee9fbc2a917180cd2e3a3a','{"ID":"9","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-16T11:00:00+03:00"}');
INSERT INTO "records" VALUES(17,1,'entries','10',0,NULL,1795325458025,'650f20a5a55b0253bf94cedac956e5367fdc4f474bb3637f26d00079677edabd','{"ID":"10","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-17T11:00:00+03:00"}');
INSERT INTO "records" VALUES(18,1,'entries','11',0,NULL,1795325459030,'ce27162e472df522987bfefc5dccbe4907ffcc9a61116882072d2e642bb2f83d','{"ID":"11","TASK_ID":"2","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"600","CREATED_DATE":"2026-03-18T11:00:00+03:00"}');
INSERT INTO "records" VALUES(19,1,'entries','12',0,NULL,1795325461497,'45e578a4cdb0a4012d1ec8633868dff4ca0bbd853afac57e3a551132aef8acb6','{"ID":"12","TASK_ID":"1","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"900","CREATED_DATE":"2026-03-20T11:00:00+03:00"}');
INSERT INTO "records" VALUES(20,1,'entries','13',0,NULL,1795325461724,'373670d101749b7142e8d3afae1891de9426578d2046fef5b3223929a3eeda81','{"ID":"13","TASK_ID":"1","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"900","CREATED_DATE":"2026-03-21T11:00:00+03:00"}');
INSERT INTO "records" VALUES(21,1,'entries','14',0,NULL,1795325462291,'859b9dc19f65f6d63902fc0a8d66f721e4581ebe92cf61408e4d55a2a483108f','{"ID":"14","TASK_ID":"1","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"900","CREATED_DATE":"2026-03-22T11:00:00+03:00"}');
INSERT INTO "records" VALUES(22,1,'entries','15',0,NULL,1795325463213,'c17ee2743d76a1feb3a5418d6912f8cdafdf5295641f628454b7a7058780c8b0','{"ID":"15","TASK_ID":"1","USER_ID":"1","COMMENT_TEXT":"work","SECONDS":"900","CREATED_DATE":"2026-03-23T11:00:00+03:00"}');
CREATE TABLE remotes (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  connector TEXT NOT NULL,
  account TEXT NOT NULL UNIQUE,            -- G17: one account under one name
  first_seen INTEGER NOT NULL
) STRICT;
INSERT INTO "remotes" VALUES(1,'bitrix24','bitrix24','127.0.0.1:36101',1795325453413);
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
INSERT INTO "reports" VALUES(1,2,1,'EUR',3,'{"company":"bitrix24:company:2","from":"2026-03-01","to":"2026-03-31","status":"all"}',20513,20543,'C1-2026-0001',1,1,'7cee2ea4dfce402b8719757f95452715bffddbb2de9ad971b5d08aabaa879eb2','',17700,16800,900,31000,6200,37200,0,0,0,0,NULL,'',1795325459119,'cli:root',1795325459936,9,1795325463753,'cli:root','cc85d30cb02b3a431fa895cb9a92eff8a790a303e3e1e76a9fb34e830608214b',1795325464721,NULL,NULL,NULL);
CREATE TABLE revisions (                   -- frozen: what the client was shown
  report INTEGER NOT NULL REFERENCES reports(id), n INTEGER NOT NULL,
  canonical TEXT NOT NULL, hash TEXT NOT NULL, frozen_at INTEGER NOT NULL, actor TEXT NOT NULL,
  acknowledged TEXT NOT NULL DEFAULT '',   -- warnings that were sent with it
  PRIMARY KEY (report, n)
) STRICT;
INSERT INTO "revisions" VALUES(1,1,'{"billed_seconds":16800,"client":{"name":"Acme Ltd","ref":"bitrix24:company:2"},"completeness":{"billed_work_seconds":16800,"excluded_seconds":0,"external_seconds":0,"filtered_seconds":0,"from_other_periods_seconds":0,"held_seconds":0,"late_seconds":0,"no_task_seconds":0,"nonbillable_seconds":900,"source_seconds":17700,"written_off_seconds":0},"contract":{"client":"bitrix24:company:2","currency":"EUR","locale":"en","nonbillable":[],"own_company":"bitrix24:company:1","people":"names","rates":[{"amount":"60.00"},{"amount":"80.00","work_type":"design"}],"rounding":{"level":"none"},"time_zone":"Europe/Minsk","valid_from":"2026-01-01","vat":{"mode":"added","rate":"20"},"version":1,"work_types":[{"billable":true,"overhead":false,"tag":"design","type":"design"},{"billable":false,"overhead":false,"reason":"our mistake","tag":"bug","type":"bug"}]},"currency":"EUR","filter":{"company":"bitrix24:company:2","from":"2026-03-01","percent_paid":null,"projects":[],"status":"all","task_dates":[],"to":"2026-03-31","type":null},"lines":[{"amount":"120.00","billable":true,"billed_seconds":5400,"gross":"144.00","kind":"work","people":[{"name":"Ольга Ковалевич","ref":"bitrix24:user:1","seconds":5400}],"project":null,"rate":"80.00","reason":null,"task":{"ref":"bitrix24:task:1","title":"Landing page","url":"http://127.0.0.1:36101/company/personal/user/1/tasks/task/view/1/"},"work_type":"design","worked_seconds":5400},{"amount":"190.00","billable":true,"billed_seconds":11400,"gross":"228.00","kind":"work","people":[{"name":"Ольга Ковалевич","ref":"bitrix24:user:1","seconds":11400}],"project":null,"rate":"60.00","reason":null,"task":{"ref":"bitrix24:task:2","title":"API","url":"http://127.0.0.1:36101/company/personal/user/1/tasks/task/view/2/"},"work_type":null,"worked_seconds":11400},{"amount":"0.00","billable":false,"billed_seconds":0,"gross":"0.00","kind":"work","people":[{"name":"Ольга Ковалевич","ref":"bitrix24:user:1","seconds":900}],"project":null,"rate":null,"reason":"our mistake","task":{"ref":"bitrix24:task:3","title":"Broken form","url":"http://127.0.0.1:36101/company/personal/user/1/tasks/task/view/3/"},"work_type":"bug","worked_seconds":900}],"nonbillable_seconds":900,"number":"C1-2026-0001","own_company":{"name":"Studio","ref":"bitrix24:company:1"},"period":{"from":"2026-03-01","to":"2026-03-31"},"revision_n":1,"subtotal":"310.00","total":"372.00","vat":"62.00","worked_seconds":17700}','cc85d30cb02b3a431fa895cb9a92eff8a790a303e3e1e76a9fb34e830608214b',1795325459936,'cli:root','');
CREATE TABLE rollup (                      -- all-time sums per client and task (PERFORMANCE P11); written by triggers
  client INTEGER NOT NULL, task INTEGER NOT NULL,
  held_seconds INTEGER NOT NULL DEFAULT 0, -- on live reports
  PRIMARY KEY (client, task)
) STRICT, WITHOUT ROWID;
INSERT INTO "rollup" VALUES(2,1,5400);
INSERT INTO "rollup" VALUES(2,2,11400);
INSERT INTO "rollup" VALUES(2,3,900);
CREATE TABLE sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO "sequences" VALUES('pull',21);
INSERT INTO "sequences" VALUES('seen',21);
INSERT INTO "sequences" VALUES('run',6);
CREATE TABLE settings (                    -- small values that the program keeps for itself
  remote INTEGER NOT NULL,                 -- 0: of the whole books
  name TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (remote, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "settings" VALUES(0,'books.checked','ok',1795325460493);
INSERT INTO "settings" VALUES(0,'inbox.forgot','0',1795325460493);
INSERT INTO "settings" VALUES(1,'events.last','ONTASKUPDATE',1795325462415);
INSERT INTO "settings" VALUES(1,'events.member','d897063e',1795325460896);
INSERT INTO "settings" VALUES(1,'moves.cursor','{"2":0,"31":0}',1795325460793);
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
INSERT INTO "tasks" VALUES(1,1,'1',1,'Landing page','','','1',5,0,1,'design','company 2',1795325452000,1795325452000,NULL,9000,'','',2,0);
INSERT INTO "tasks" VALUES(2,1,'2',1,'API','','','1',5,0,1,'','company 2',1795325452000,1795325452000,NULL,11400,'','',2,0);
INSERT INTO "tasks" VALUES(3,1,'3',1,'Broken form','','','1',5,0,1,'bug','company 2',1795325452000,1795325452000,NULL,900,'','',2,0);
CREATE TABLE walk_marks (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  run INTEGER NOT NULL,
  n INTEGER NOT NULL,
  marks BLOB NOT NULL,
  PRIMARY KEY (remote, stream, run, n)
) STRICT;
INSERT INTO "walk_marks" VALUES(1,'users',1,1,X'0102');
INSERT INTO "walk_marks" VALUES(1,'companies',3,1,X'010001');
INSERT INTO "walk_marks" VALUES(1,'tasks',5,1,X'010002');
INSERT INTO "walk_marks" VALUES(1,'entries',6,1,X'010003');
CREATE INDEX records_problems ON records(remote, stream) WHERE problem IS NOT NULL;
CREATE INDEX records_gone ON records(remote, stream) WHERE gone = 1;
CREATE INDEX tasks_parent ON tasks(remote, parent) WHERE parent <> '';
CREATE INDEX tasks_project ON tasks(remote, project);
CREATE INDEX tasks_client ON tasks(client, closed);
CREATE INDEX entries_free ON entries(client, work_date, task, seconds, live_report) WHERE live_report IS NULL;
CREATE INDEX entries_paid_task ON entries(client) WHERE paid_task = 1 AND live_report IS NULL;
CREATE INDEX entries_task ON entries(task, seconds);
CREATE INDEX entries_report ON entries(live_report, work_date) WHERE live_report IS NOT NULL;
CREATE INDEX entries_revised ON entries(live_report) WHERE live_report IS NOT NULL AND revision > 1;
CREATE UNIQUE INDEX links_live ON links(subject, ifnull(valid_from, -1)) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX adoptions_live ON adoptions(subject) WHERE undone_at IS NULL;
CREATE INDEX reports_client ON reports(client, state);
CREATE INDEX lines_task ON lines(task);
CREATE UNIQUE INDEX allocations_live ON allocations(entry, origin) WHERE live = 1;
CREATE INDEX allocations_line ON allocations(line);
CREATE INDEX allocations_report ON allocations(report);
CREATE UNIQUE INDEX adjustments_open ON adjustments(entry) WHERE decision IS NULL AND replaced = 0;
CREATE UNIQUE INDEX adjustments_pair ON adjustments(entry, report, from_revision, to_revision, side) WHERE replaced = 0;
CREATE INDEX adjustments_report ON adjustments(report) WHERE replaced = 0;
CREATE INDEX outbox_due ON outbox(remote, due_at) WHERE state IN ('pending','in_flight','uncertain');
CREATE INDEX outbox_report ON outbox(report);
CREATE INDEX outbox_purpose ON outbox(purpose);
CREATE INDEX outbox_made ON outbox(remote_id, kind) WHERE repeat = 1 AND remote_id <> '';
CREATE UNIQUE INDEX outbox_create ON outbox(purpose) WHERE repeat = 1 AND superseded = 0;
CREATE INDEX documents_due ON documents(remote, due_at) WHERE state = 'waiting';
CREATE INDEX inbox_new ON inbox(id) WHERE state = 'new';
CREATE INDEX events_report ON events(report) WHERE report IS NOT NULL;
CREATE INDEX events_subject ON events(subject);
CREATE TRIGGER contracts_fixed BEFORE UPDATE ON contracts BEGIN SELECT RAISE(ABORT, 'a contract version never changes'); END;
CREATE TRIGGER reports_kept BEFORE DELETE ON reports WHEN OLD.number IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a report that was sent is never deleted'); END;
CREATE TRIGGER reports_number BEFORE UPDATE OF number ON reports WHEN OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number
BEGIN SELECT RAISE(ABORT, 'a report keeps its number'); END;
CREATE TRIGGER revisions_fixed BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'a sent revision never changes'); END;
CREATE TRIGGER revisions_kept BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'a sent revision is never deleted'); END;
CREATE TRIGGER lines_fixed BEFORE UPDATE ON lines WHEN OLD.revision > 0
BEGIN SELECT RAISE(ABORT, 'a line of a sent revision never changes'); END;
CREATE TRIGGER lines_kept BEFORE DELETE ON lines WHEN OLD.revision > 0
BEGIN SELECT RAISE(ABORT, 'a line of a sent revision is never deleted'); END;
CREATE TRIGGER allocations_kept BEFORE DELETE ON allocations
WHEN (SELECT revision FROM lines WHERE id = OLD.line) > 0
BEGIN SELECT RAISE(ABORT, 'an allocation of a sent revision is never deleted'); END;
CREATE TRIGGER allocations_fixed BEFORE UPDATE OF entry, entry_revision, origin, line, report, seconds ON allocations
BEGIN SELECT RAISE(ABORT, 'an allocation never changes; it only stops being live'); END;
CREATE TRIGGER allocations_dead BEFORE UPDATE OF live ON allocations WHEN OLD.live = 0 AND NEW.live = 1
BEGIN SELECT RAISE(ABORT, 'an allocation that ended stays ended'); END;
CREATE TRIGGER live_insert AFTER INSERT ON allocations WHEN NEW.live = 1 BEGIN
  UPDATE entries SET live_report = NEW.report WHERE id = NEW.entry AND NEW.origin = 'work';
  INSERT INTO rollup(client, task, held_seconds)
    SELECT r.client, l.task, NEW.seconds FROM reports r, lines l WHERE r.id = NEW.report AND l.id = NEW.line
    ON CONFLICT DO UPDATE SET held_seconds = held_seconds + excluded.held_seconds;
END;
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
CREATE TRIGGER events_fixed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER events_kept BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',14);
COMMIT;
