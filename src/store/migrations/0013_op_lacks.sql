-- Ops that were parked because the remote lacks or refuses what they need (G55): they are tried again by themselves, and go
-- on when it works.
CREATE TABLE op_lacks (
  op INTEGER PRIMARY KEY REFERENCES outbox(id),
  method TEXT NOT NULL, about TEXT NOT NULL, -- the lack, as in lacks
  own INTEGER NOT NULL CHECK (own IN (0,1)), -- refused for what this op writes to; another one may be allowed
  again_at INTEGER NOT NULL                  -- tried then, unless it is known to be over before
) STRICT;
CREATE INDEX op_lacks_due ON op_lacks(again_at);
