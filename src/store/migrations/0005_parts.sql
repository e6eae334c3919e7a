-- What only the moment of sending knows stands beside an op's fields, by its place in them, and
-- is never looked for in a text (G60). Each kind of op kept it at places of its own.
ALTER TABLE outbox ADD COLUMN needs TEXT NOT NULL DEFAULT '[]'; -- [{"parts":[{"text":…},{"link":{"n":2,"report":17}},{"op":12}],"path":"/comment"}]

-- Ids that another op brings. Filled-in ones are digits.
UPDATE outbox
   SET needs = json_array(json_object('parts', json_array(json_object('op',
         CAST(substr(json_extract(fields, '$.parentId2'), 5) AS INTEGER))), 'path', '/parentId2')),
       fields = json_set(fields, '$.parentId2', '')
 WHERE kind = 'invoice.create' AND json_valid(fields)
   AND json_extract(fields, '$.parentId2') GLOB '$op:[0-9]*';
UPDATE outbox
   SET needs = json_array(json_object('parts', json_array(json_object('op',
         CAST(substr(json_extract(fields, '$.entityId'), 5) AS INTEGER))), 'path', '/entityId')),
       fields = json_set(fields, '$.entityId', '')
 WHERE kind = 'document.create' AND json_valid(fields)
   AND json_extract(fields, '$.entityId') GLOB '$op:[0-9]*';

-- The failed stage, of a deal's category or of invoices.
UPDATE outbox
   SET needs = json_array(json_object('parts', json_array(json_object('stage', json_object(
         'category', json_extract(fields, '$.failed_stage_of_category'), 'of', 'deal', 'semantics', 'F'))), 'path', '/stageId')),
       fields = '{"stageId":""}'
 WHERE kind = 'deal.stage' AND json_type(fields, '$.failed_stage_of_category') IS NOT NULL;
UPDATE outbox
   SET needs = json_array(json_object('parts', json_array(json_object('stage', json_object(
         'of', 'invoice', 'semantics', 'F'))), 'path', '/stageId')),
       fields = '{"stageId":""}'
 WHERE kind = 'invoice.stage' AND json_type(fields, '$.failed_stage_of_category') IS NOT NULL;

-- A title that held the mark of a stage had it written over the rows: they are rendered anew from
-- the report's frozen revision when the op is sent.
UPDATE outbox SET fields = '{}'
 WHERE kind IN ('deal.rows', 'invoice.rows') AND json_type(fields, '$.rows') IS NULL;

-- The message of a webhook is an object, so that a piece of it has a place.
UPDATE outbox SET fields = json_set(json_remove(fields, '$.body'), '$.event', json(json_extract(fields, '$.body')))
 WHERE kind = 'webhook.send' AND json_valid(json_extract(fields, '$.body'));

-- What a card shows: its link as a piece. The texts follow in store/old_links.cpp.
UPDATE cards
   SET shown = json_set(shown, '$.link', json_array(json_object('link', json_object(
         'n', (SELECT r.link FROM reports r WHERE r.id = cards.report), 'report', report))))
 WHERE report IS NOT NULL AND shown <> '' AND json_type(shown, '$.link') = 'text';

-- Copies of these books that were taken before hold the links of clients (check says so).
INSERT INTO settings(remote, name, value, at)
SELECT 0, 'links.in_copies', '1', 0 WHERE EXISTS (SELECT 1 FROM reports WHERE link_digest IS NOT NULL);
-- Until what was written over is gone from the file, too.
INSERT INTO settings(remote, name, value, at)
SELECT 0, 'books.to_vacuum', '1', 0 WHERE EXISTS (SELECT 1 FROM outbox);
