-- G63: whether each remote is called at all. No row: all is well.
CREATE TABLE breakers (
  remote INTEGER PRIMARY KEY REFERENCES remotes(id),
  failures INTEGER NOT NULL, probes INTEGER NOT NULL,
  since INTEGER, last_failure INTEGER,
  probe_at INTEGER,                        -- shut: one probe, not before then
  outage INTEGER NOT NULL CHECK (outage IN (0,1)), -- logged and told
  why TEXT NOT NULL
) STRICT;

CREATE INDEX outbox_after ON outbox(after) WHERE after IS NOT NULL;

-- What an op has met that is not done: kept beside it until it is.
CREATE TABLE op_troubles (
  op INTEGER PRIMARY KEY REFERENCES outbox(id),
  failures INTEGER NOT NULL,               -- of the transport, while others passed: 20 are "stuck"
  pauses INTEGER NOT NULL,                 -- refusals for now in a row, each waited for longer
  unknowns INTEGER NOT NULL,               -- creates sent, and never found
  told INTEGER NOT NULL CHECK (told IN (0,1)) -- that it is stuck
) STRICT;
