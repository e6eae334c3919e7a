-- What a record said while it could be read, beside the newer text that can't be: values that come
-- back are compared with what was accepted (G46). A row goes away when its record is read again.
CREATE TABLE accepted_texts (
  remote INTEGER NOT NULL REFERENCES remotes(id),
  stream TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (remote, stream, remote_id)
) STRICT, WITHOUT ROWID;
