/** Which versions of an agent take which share of its work. */
export const releases = `
-- A release is the operator's word, with its reason in the event; the newest of an agent holds, and none is ever changed. 'shares': in
-- release_shares, whole percents that sum to 100; 'code': what the folder has takes all; 'none': every version is withdrawn.
CREATE TABLE releases (
  id TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('shares', 'code', 'none')),
  cause TEXT NOT NULL CHECK (cause IN ('set', 'withdraw', 'undo')),
  undoes TEXT REFERENCES releases (id),
  by TEXT NOT NULL CHECK (by IN ('operator', 'system')),
  made_at INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES events (seq),
  CHECK ((cause = 'undo') = (undoes IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX releases_by_agent ON releases (agent, seq);
CREATE TABLE release_shares (
  release_id TEXT NOT NULL REFERENCES releases (id),
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  share INTEGER NOT NULL CHECK (share BETWEEN 1 AND 100),
  PRIMARY KEY (release_id, hash)
) STRICT, WITHOUT ROWID;
-- A version is withdrawn from the release that says so until a later one gives it a share again.
CREATE TABLE withdrawals (
  release_id TEXT NOT NULL REFERENCES releases (id),
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  PRIMARY KEY (release_id, hash)
) STRICT, WITHOUT ROWID;
`
