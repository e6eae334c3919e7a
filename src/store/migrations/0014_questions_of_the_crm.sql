-- Currency and company of deals and invoices are compared too (RULINGS G56): two more kinds of questions. A CHECK
-- can't be changed in its place, so both tables are copied; the program knows the kinds (domain/question.h).
CREATE TABLE questions_now (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports(id),
  kind INTEGER NOT NULL CHECK (kind >= 0), -- domain/question.h
  about TEXT NOT NULL,                     -- 'deal:12', the purpose of a write; '': the report
  asked_at INTEGER NOT NULL,
  answer TEXT, answered_by TEXT, answered_at INTEGER, -- these values are known; others ask again
  ended_at INTEGER,
  CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)),
  CHECK (answered_at IS NULL OR answered_at >= asked_at),
  CHECK (ended_at IS NULL OR ended_at >= asked_at)
) STRICT;
INSERT INTO questions_now(id, report, kind, about, asked_at, answer, answered_by, answered_at, ended_at)
SELECT id, report, kind, about, asked_at, answer, answered_by, answered_at, ended_at FROM questions;

CREATE TABLE question_args_now (
  question INTEGER NOT NULL REFERENCES questions_now(id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (question, name)
) STRICT, WITHOUT ROWID;
INSERT INTO question_args_now(question, name, value) SELECT question, name, value FROM question_args;

DROP TABLE question_args;
DROP TABLE questions;
ALTER TABLE questions_now RENAME TO questions;
ALTER TABLE question_args_now RENAME TO question_args;

CREATE INDEX questions_report ON questions(report);
CREATE UNIQUE INDEX questions_open ON questions(report, kind, about) WHERE ended_at IS NULL;
CREATE TRIGGER questions_stay BEFORE DELETE ON questions BEGIN SELECT RAISE(ABORT, 'questions stay'); END;
CREATE TRIGGER questions_fixed BEFORE UPDATE OF report, kind, about, asked_at ON questions
BEGIN SELECT RAISE(ABORT, 'a question never changes'); END;
CREATE TRIGGER questions_ended BEFORE UPDATE ON questions WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a question that ended stays ended'); END;
CREATE TRIGGER question_args_stay BEFORE DELETE ON question_args BEGIN SELECT RAISE(ABORT, 'values of questions stay'); END;
CREATE TRIGGER question_args_fixed BEFORE UPDATE ON question_args BEGIN SELECT RAISE(ABORT, 'a question never changes'); END;
