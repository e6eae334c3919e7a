-- The same time told by two planners: `entry` repeats `same_as` and is not billed while the row stands undecided or as 'same' (rule 7).
CREATE TABLE entry_aliases (
  entry INTEGER NOT NULL REFERENCES entries(id),
  same_as INTEGER NOT NULL REFERENCES entries(id) CHECK (same_as <> entry),
  likeness INTEGER NOT NULL,               -- 0..100, how alike they look; 100 by hand
  reason TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('proposed', 'same', 'different')),
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (entry, same_as)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_aliases_one ON entry_aliases(entry) WHERE decision <> 'different';
CREATE INDEX entry_aliases_target ON entry_aliases(same_as) WHERE decision <> 'different';
-- Whatever is repeated is billed itself: no chains, so no circles.
CREATE TRIGGER entry_aliases_chain BEFORE INSERT ON entry_aliases WHEN NEW.decision <> 'different'
BEGIN
  SELECT RAISE(ABORT, 'what is repeated repeats nothing itself') WHERE EXISTS
    (SELECT 1 FROM entry_aliases WHERE decision <> 'different' AND (entry = NEW.same_as OR same_as = NEW.entry));
END;
CREATE TRIGGER entry_aliases_chain_again BEFORE UPDATE OF decision ON entry_aliases
WHEN NEW.decision <> 'different' AND OLD.decision = 'different'
BEGIN
  SELECT RAISE(ABORT, 'what is repeated repeats nothing itself') WHERE EXISTS
    (SELECT 1 FROM entry_aliases WHERE decision <> 'different' AND (entry = NEW.same_as OR same_as = NEW.entry));
END;
