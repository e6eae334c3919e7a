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
