-- What a person is asked about a report (RULINGS G56): a row each, which ends when its difference ends.
-- The words are made of the kind and the values.
CREATE TABLE questions (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(id),
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 11), -- domain/question.h
  about TEXT NOT NULL,                     -- 'deal:12', the purpose of a write; '': the report
  asked_at INTEGER NOT NULL,
  answer TEXT, answered_by TEXT, answered_at INTEGER, -- these values are known; others ask again
  ended_at INTEGER,
  CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)),
  CHECK (answered_at IS NULL OR answered_at >= asked_at),
  CHECK (ended_at IS NULL OR ended_at >= asked_at)
) STRICT;
CREATE INDEX questions_report ON questions(report);
CREATE UNIQUE INDEX questions_open ON questions(report, kind, about) WHERE ended_at IS NULL;
CREATE TRIGGER questions_stay BEFORE DELETE ON questions BEGIN SELECT RAISE(ABORT, 'questions stay'); END;
CREATE TRIGGER questions_fixed BEFORE UPDATE OF report, kind, about, asked_at ON questions
BEGIN SELECT RAISE(ABORT, 'a question never changes'); END;
CREATE TRIGGER questions_ended BEFORE UPDATE ON questions WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a question that ended stays ended'); END;

CREATE TABLE question_args (
  question INTEGER NOT NULL REFERENCES questions(id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (question, name)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER question_args_stay BEFORE DELETE ON question_args BEGIN SELECT RAISE(ABORT, 'values of questions stay'); END;
CREATE TRIGGER question_args_fixed BEFORE UPDATE ON question_args BEGIN SELECT RAISE(ABORT, 'a question never changes'); END;

-- Until now a report had one text. That of a parked write is known as such, the others keep their words.
INSERT INTO questions(report, kind, about, asked_at)
SELECT r.id, iif(o.id IS NULL, 0, 1), ifnull(o.purpose, ''),
       ifnull((SELECT max(e.at) FROM events e
                WHERE e.report = r.id AND e.action IN ('report.asks', 'op.parked')), r.created_at)
  FROM reports r LEFT JOIN outbox o ON o.id =
       (SELECT max(p.id) FROM outbox p
         WHERE p.report = r.id AND p.state = 'parked'
           AND instr(r.asks, p.kind || ' was refused: ') = 1)
 WHERE r.asks IS NOT NULL;
INSERT INTO question_args(question, name, value)
SELECT q.id, 'text', r.asks FROM questions q JOIN reports r ON r.id = q.report WHERE q.kind = 0;
INSERT INTO question_args(question, name, value)
SELECT q.id, 'op', substr(r.asks, 1, instr(r.asks, ' was refused: ') - 1)
  FROM questions q JOIN reports r ON r.id = q.report WHERE q.kind = 1;
INSERT INTO question_args(question, name, value)
SELECT q.id, 'message', substr(r.asks, instr(r.asks, ' was refused: ') + 14)
  FROM questions q JOIN reports r ON r.id = q.report WHERE q.kind = 1;
ALTER TABLE reports DROP COLUMN asks;
