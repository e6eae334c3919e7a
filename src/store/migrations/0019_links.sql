-- Addresses of pages that were given to people: of a report, of it for reading alone, of a client's
-- archive, of a draft. Only the digest of a token is here (G23), and it stays when the link ends: who
-- comes with an old one can be told from a stranger. reports.link and link_digest name the live one
-- of a report for those who write it into texts.
CREATE TABLE client_links (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('report','share','archive','preview')),
  client INTEGER NOT NULL REFERENCES companies(id),
  report INTEGER REFERENCES reports(id),   -- NULL: an archive
  n INTEGER NOT NULL CHECK (n > 0),        -- the token is made of kind, report or client, and this
  digest TEXT NOT NULL CHECK (length(digest) = 64),
  made_at INTEGER NOT NULL,
  expires_at INTEGER,                      -- of a preview; others end by their report (G23)
  revoked_at INTEGER,
  password TEXT,                           -- argon2id, encoded with its salt; NULL: none is asked for
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0), -- wrong ones since the last right one
  waits_until INTEGER,                     -- no try is looked at before
  asked_at INTEGER,                        -- when somebody with this dead link asked for another
  CHECK ((kind = 'archive') = (report IS NULL)),
  CHECK ((kind = 'preview') = (expires_at IS NOT NULL)),
  CHECK (password IS NULL OR kind = 'share')
) STRICT;
CREATE UNIQUE INDEX client_links_digest ON client_links(digest);
CREATE UNIQUE INDEX client_links_report_live ON client_links(report) WHERE kind = 'report' AND revoked_at IS NULL;
CREATE UNIQUE INDEX client_links_archive_live ON client_links(client) WHERE kind = 'archive' AND revoked_at IS NULL;
CREATE INDEX client_links_report ON client_links(report, kind) WHERE report IS NOT NULL;
CREATE INDEX client_links_client ON client_links(client, kind);
CREATE TRIGGER client_links_fixed BEFORE UPDATE OF kind, client, report, n, digest, made_at ON client_links
BEGIN SELECT RAISE(ABORT, 'what a link leads to never changes'); END;
CREATE TRIGGER client_links_kept BEFORE DELETE ON client_links
BEGIN SELECT RAISE(ABORT, 'a link that was given is never forgotten'); END;

INSERT INTO client_links(kind, client, report, n, digest, made_at)
SELECT 'report', client, id, link, link_digest, coalesce(sent_at, created_at)
  FROM reports WHERE link_digest IS NOT NULL AND link > 0 ORDER BY id;
