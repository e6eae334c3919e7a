-- States that no command stops at, in books that make_schema_4 has just made.
-- A create on its way, one of unknown outcome, and a chain that is parked.
UPDATE outbox SET state = 'in_flight', attempts = 1, claimed_at = made_at
 WHERE kind = 'deal.create' AND report = (SELECT id FROM reports WHERE number = '2026-0010') AND state = 'pending';
UPDATE outbox SET state = 'uncertain', attempts = 1, lookups = 0, claimed_at = made_at, last_error = 'the answer was lost'
 WHERE kind = 'deal.create' AND report = (SELECT id FROM reports WHERE number = '2026-0012') AND state = 'pending';
UPDATE outbox SET state = 'parked', last_error = 'waits for a person'
 WHERE report = (SELECT id FROM reports WHERE number = '2026-0011') AND state = 'pending';
-- What 0.1.0 made of rows with a title that held its mark of a stage.
UPDATE outbox SET fields = '{"stageId":"LOSE"}'
 WHERE kind = 'deal.rows' AND report = (SELECT id FROM reports WHERE number = '2026-0011');
-- Each mark of schema 4 in each state, in ops that were replaced and never run.
INSERT INTO outbox(remote, report, task, kind, repeat, purpose, key, target, fields, after, state, attempts, lookups,
                   claimed_at, due_at, last_error, remote_id, verified, made_at, done_at, superseded)
SELECT o.remote, o.report, o.task, o.kind, o.repeat, 'sample ' || o.kind || ' ' || s.state, 'hb-sample-' || o.id || '-' || s.state,
       o.target, o.fields, o.after, s.state, 1, 0, o.claimed_at, o.due_at, '', '', 0, o.made_at, o.done_at, 1
  FROM outbox o, (SELECT 'pending' AS state UNION ALL SELECT 'in_flight' UNION ALL SELECT 'uncertain'
                  UNION ALL SELECT 'done' UNION ALL SELECT 'parked') s
 WHERE o.id IN (SELECT max(id) FROM outbox
                 WHERE kind IN ('deal.create', 'invoice.create', 'document.create', 'comment.create', 'card.create',
                                'card.update', 'deal.stage', 'invoice.stage', 'notice.send')
                   AND (fields LIKE '%"$op:%' OR fields LIKE '%failed_stage_of_category%' OR fields LIKE '%/r/%') GROUP BY kind);
-- Messages of the other senders with a client's link, as 0.1.0 wrote them.
INSERT INTO outbox(remote, kind, repeat, purpose, key, target, fields, state, due_at, made_at)
SELECT o.remote, k.kind, k.repeat, 'sample ' || k.kind, 'hb-sample-' || k.kind, '',
       CASE k.kind WHEN 'telegram.send' THEN json_object('text', 'Acme Ltd agreed.' || char(10) || u.url)
            ELSE json_object('id', 'msg_1', 'body', '' || json_object('type', 'report.agreed', 'timestamp', '2026-11-30T08:00:00Z',
                 'data', json_object('number', '2026-0001', 'link', u.url, 'text', 'Acme Ltd agreed.' || char(10) || u.url))) END,
       'parked', o.due_at, o.made_at
  FROM (SELECT 'telegram.send' AS kind, 2 AS repeat UNION ALL SELECT 'webhook.send', 0) k,
       (SELECT substr(json_extract(fields, '$.comments'), instr(json_extract(fields, '$.comments'), 'https://reports.example.com/r/'), 73) AS url
          FROM outbox WHERE kind = 'deal.create' AND report = 1) u,
       (SELECT remote, due_at, made_at FROM outbox ORDER BY id LIMIT 1) o;
-- Time that two planners tell of, and a record that can't be read.
INSERT INTO entry_aliases SELECT max(id), max(id) - 1, 80, 'same day', 'proposed', 'rule', 0 FROM entries WHERE live_report IS NULL AND deleted = 0;
INSERT INTO entry_aliases SELECT min(id), max(id) - 2, 60, 'same length', 'different', 'ann', 0 FROM entries WHERE live_report IS NULL AND deleted = 0;
INSERT INTO records(remote, stream, remote_id, problem, seen_at, hash, text)
SELECT 1, 'entries', '9001', 'at /SECONDS: expected a whole number of seconds, got "1.5h"', max(seen_at), 'none',
       '{"ID":"9001","TASK_ID":"1","SECONDS":"1.5h","USER_ID":"1"}' FROM records;
-- Added by hand, in the tables of migrations 0001 to 0004: links and link rules in force and removed, which say what the
-- records say; late time that was decided both ways, beside the undecided one. The log has no rows of these.
INSERT INTO links(subject, target, valid_from, actor, at, removed_at) VALUES
 ('bitrix24:task:6', 'bitrix24:company:3', NULL, 'ann', 1796025960000, NULL),
 ('bitrix24:task:4', 'bitrix24:company:2', 20514, 'ann', 1796025960000, NULL),
 ('bitrix24:group:1', 'bitrix24:company:2', NULL, 'ann', 1796025960000, NULL),
 ('bitrix24:task:7', 'bitrix24:company:1', NULL, 'ann', 1796025960000, 1796025961000),
 ('bitrix24:user:3', 'bitrix24:user:1', NULL, 'ann', 1796025960000, NULL);
UPDATE persons SET same_as = (SELECT id FROM persons WHERE remote_id = '1') WHERE remote_id = '3';
INSERT INTO link_rules(id, place, remote, what, by, pointer, pattern, company, person, note, actor, at, removed_by, removed_at) VALUES
 (1, 1, 1, 'project', 'name', '', 'Shop*', 1, NULL, 'their shop', 'ann', 1796025960000, NULL, NULL),
 (2, 3, 1, 'task', 'field', '/ufCrmTask/0', 'CO_3', 3, NULL, '', 'ann', 1796025960000, NULL, NULL),
 (3, 2, 1, 'task', 'tag', '', 'retainer', 2, NULL, '', 'ann', 1796025960000, 'ann', 1796025961000),
 (4, 4, 1, 'user', 'email', '', 'ivan@*', NULL, 1, '', 'ann', 1796025960000, NULL, NULL);
INSERT INTO link_values(remote, stream, name, remote_id, n, value)
SELECT 1, 'tasks', '/ufCrmTask/0', remote_id, 0, json_extract(text, '$.ufCrmTask[0]') FROM records
 WHERE stream = 'tasks' AND json_extract(text, '$.ufCrmTask[0]') IS NOT NULL;
INSERT INTO link_values(remote, stream, name, remote_id, n, value)
SELECT 1, 'users', 'email', remote_id, 0, json_extract(text, '$.EMAIL') FROM records WHERE stream = 'users';
INSERT INTO records(remote, stream, remote_id, problem, seen_at, hash, text)
SELECT r.remote, r.stream, n.id, NULL, r.seen_at, r.hash || n.id,
       json_set(r.text, '$.ID', n.id, '$.SECONDS', n.seconds, '$.COMMENT_TEXT', n.said)
  FROM records r, (SELECT '24' AS id, '600' AS seconds, 'late, a present' AS said UNION ALL SELECT '25', '1200', 'late, to be billed') n
 WHERE r.stream = 'entries' AND r.remote_id = '23';
INSERT INTO entries(remote, remote_id, task, person, seconds, at, day, text, revision, deleted, seen, seen_at, paid_task, client, work_date, live_report)
SELECT e.remote, r.remote_id, e.task, e.person, CAST(json_extract(r.text, '$.SECONDS') AS INTEGER), e.at, e.day,
       json_extract(r.text, '$.COMMENT_TEXT'), 1, 0, e.seen, e.seen_at, e.paid_task, e.client, e.work_date, NULL
  FROM entries e, records r WHERE e.remote_id = '23' AND r.stream = 'entries' AND r.remote_id IN ('24', '25') ORDER BY r.remote_id;
UPDATE records SET text = replace(text, '"timeSpentInLogs":"5400"', '"timeSpentInLogs":"7200"') WHERE stream = 'tasks' AND remote_id = '2';
UPDATE tasks SET seconds_total = 7200 WHERE remote_id = '2';
INSERT INTO late_decisions(entry, decision, reason, actor, at)
SELECT id, CASE remote_id WHEN '24' THEN 'write_off' ELSE 'next_report' END, CASE remote_id WHEN '24' THEN 'a present' ELSE 'agreed by phone' END,
       'ann', 1796025960000 FROM entries WHERE remote_id IN ('24', '25');
