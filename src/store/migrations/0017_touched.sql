-- Whose drafts and corrections have to be looked at because of what was written; 0: everybody's.
-- Noted by the tables themselves, so that no writer forgets. `remote` 0: settled by the step under
-- way; else put off to the step that ends the reading of that remote.
CREATE TABLE touched (
  client INTEGER NOT NULL, remote INTEGER NOT NULL,
  PRIMARY KEY (client, remote)
) STRICT, WITHOUT ROWID;
INSERT INTO touched(client, remote) VALUES (0, 0);

-- New entries are noted by the one who adds them (store/keep.h), a page at a time: a trigger for each
-- row of a first reading would cost a fifth of it.
CREATE TRIGGER entries_touch AFTER UPDATE ON entries
WHEN NEW.client IS NOT OLD.client OR (NEW.live_report IS NULL AND OLD.live_report IS NOT NULL)
  OR NEW.task <> OLD.task OR NEW.person <> OLD.person OR NEW.seconds <> OLD.seconds
  OR NEW.at IS NOT OLD.at OR NEW.day IS NOT OLD.day OR NEW.text <> OLD.text
  OR NEW.deleted <> OLD.deleted OR NEW.work_date <> OLD.work_date OR NEW.word IS NOT OLD.word
  OR NEW.paid_task <> OLD.paid_task OR NEW.revision <> OLD.revision
BEGIN
  INSERT INTO touched(client, remote)
  SELECT whose, 0 FROM (SELECT OLD.client AS whose UNION SELECT NEW.client
                        UNION SELECT client FROM reports WHERE id = NEW.live_report)
   WHERE whose IS NOT NULL
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER tasks_touch AFTER UPDATE ON tasks
WHEN NEW.title <> OLD.title OR NEW.project <> OLD.project OR NEW.tags <> OLD.tags
  OR NEW.known <> OLD.known OR NEW.client IS NOT OLD.client OR NEW.status <> OLD.status
  OR NEW.responsible <> OLD.responsible OR NEW.closed IS NOT OLD.closed
BEGIN
  INSERT INTO touched(client, remote)
  SELECT whose, 0 FROM (SELECT OLD.client AS whose UNION SELECT NEW.client) WHERE whose IS NOT NULL
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER persons_touch AFTER UPDATE ON persons
WHEN NEW.name <> OLD.name OR NEW.same_as IS NOT OLD.same_as
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER projects_touch AFTER UPDATE ON projects WHEN NEW.name <> OLD.name
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER companies_touch AFTER UPDATE ON companies WHEN NEW.name <> OLD.name OR NEW.own <> OLD.own
BEGIN
  INSERT INTO touched(client, remote) VALUES (iif(NEW.own <> OLD.own, 0, NEW.id), 0)
  ON CONFLICT DO NOTHING;
END;
-- Names that wait for a confirmation, links of people, and what was billed elsewhere may concern
-- anybody.
CREATE TRIGGER renames_touch AFTER INSERT ON renames
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER renames_touch_end AFTER DELETE ON renames
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER links_touch AFTER INSERT ON links
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER links_touch_end AFTER UPDATE ON links
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER adoptions_touch AFTER INSERT ON adoptions
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER adoptions_touch_end AFTER UPDATE ON adoptions
BEGIN
  INSERT INTO touched(client, remote) VALUES (0, 0) ON CONFLICT DO NOTHING;
END;
-- Decisions about one entry: its client, and whose report holds it.
CREATE VIEW entry_clients AS
  SELECT id AS entry, client AS whose FROM entries WHERE client IS NOT NULL
  UNION ALL
  SELECT e.id, r.client FROM entries e JOIN reports r ON r.id = e.live_report;
CREATE TRIGGER overrides_touch AFTER INSERT ON overrides
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = NEW.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER overrides_touch_again AFTER UPDATE ON overrides
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = NEW.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER overrides_touch_end AFTER DELETE ON overrides
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = OLD.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER late_touch AFTER INSERT ON late_decisions
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = NEW.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER late_touch_again AFTER UPDATE ON late_decisions
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = NEW.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER long_touch AFTER INSERT ON long_accepted
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = NEW.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER long_touch_again AFTER UPDATE ON long_accepted
BEGIN
  INSERT INTO touched(client, remote) SELECT whose, 0 FROM entry_clients WHERE entry = NEW.entry
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER aliases_touch AFTER INSERT ON entry_aliases
BEGIN
  INSERT INTO touched(client, remote)
  SELECT whose, 0 FROM entry_clients WHERE entry IN (NEW.entry, NEW.same_as)
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER aliases_touch_again AFTER UPDATE ON entry_aliases
BEGIN
  INSERT INTO touched(client, remote)
  SELECT whose, 0 FROM entry_clients WHERE entry IN (NEW.entry, NEW.same_as)
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER aliases_touch_end AFTER DELETE ON entry_aliases
BEGIN
  INSERT INTO touched(client, remote)
  SELECT whose, 0 FROM entry_clients WHERE entry IN (OLD.entry, OLD.same_as)
  ON CONFLICT DO NOTHING;
END;
-- What belongs to reports and terms.
CREATE TRIGGER contracts_touch AFTER INSERT ON contracts
BEGIN
  INSERT INTO touched(client, remote) VALUES (NEW.client, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER reports_touch AFTER UPDATE ON reports
WHEN NEW.state <> OLD.state OR NEW.filter <> OLD.filter OR NEW.contract <> OLD.contract
  OR NEW.currency <> OLD.currency OR NEW.period_from <> OLD.period_from
  OR NEW.period_to <> OLD.period_to OR NEW.settled <> OLD.settled
BEGIN
  INSERT INTO touched(client, remote) VALUES (NEW.client, 0) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER exclusions_touch AFTER INSERT ON exclusions
BEGIN
  INSERT INTO touched(client, remote) SELECT client, 0 FROM reports WHERE id = NEW.report
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER exclusions_touch_end AFTER DELETE ON exclusions
BEGIN
  INSERT INTO touched(client, remote) SELECT client, 0 FROM reports WHERE id = OLD.report
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER adjustments_touch AFTER INSERT ON adjustments
BEGIN
  INSERT INTO touched(client, remote)
  SELECT coalesce(NEW.client, client), 0 FROM reports WHERE id = NEW.report
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER adjustments_touch_again AFTER UPDATE ON adjustments
WHEN NEW.decision IS NOT OLD.decision OR NEW.replaced <> OLD.replaced
  OR NEW.delta_billed <> OLD.delta_billed OR NEW.delta_amount <> OLD.delta_amount
  OR NEW.delta_seconds <> OLD.delta_seconds OR NEW.client IS NOT OLD.client
BEGIN
  INSERT INTO touched(client, remote)
  SELECT coalesce(NEW.client, client), 0 FROM reports WHERE id = NEW.report
  ON CONFLICT DO NOTHING;
END;
