/** The backups that are kept, each with the event that says that it was verified. */
export const backups = `
CREATE TABLE backups (
  path TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE REFERENCES events (seq),
  taken_at INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT, WITHOUT ROWID;
`
