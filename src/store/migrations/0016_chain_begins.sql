-- From here on rows of the log are sealed with a key (store/chain.h). The first of them follows the last row that there is
-- now; the program takes no other place for it.
INSERT INTO settings(remote, name, value, at)
SELECT 0, 'chain.begins', CAST(ifnull(max(seq), 0) AS TEXT), ifnull(max(at), 0) FROM events;
