-- What remotes lack or refuse for good (G55): not asked for again for a day, by whatever process.
CREATE TABLE lacks (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  method TEXT NOT NULL,
  about TEXT NOT NULL,                     -- '' whatever it is called for; 'card': for cards only
  why INTEGER NOT NULL CHECK (why BETWEEN 0 AND 3), -- domain::LackWhy
  what TEXT NOT NULL, hint TEXT NOT NULL,  -- for people
  since_at INTEGER NOT NULL,               -- refused for the first time
  again_at INTEGER NOT NULL,               -- not called before
  PRIMARY KEY (remote, method, about)
) STRICT;
-- Links of clients in the log follow in store/old_links.cpp.
