/** The journal, and the keys and secrets of the vault. */
export const journal = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- The journal. Nothing is ever changed or removed; the chain in \`mac\` finds it when someone does.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  subject TEXT NOT NULL,
  run_id TEXT,
  task_id TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  payload BLOB NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;
CREATE INDEX events_by_run ON events (run_id, seq) WHERE run_id IS NOT NULL;
CREATE INDEX events_by_subject ON events (subject, seq);
CREATE INDEX events_by_kind ON events (kind, seq);
CREATE TRIGGER events_are_final_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_are_final_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_have_no_gaps BEFORE INSERT ON events
  WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events)
  BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;

-- The vault: data keys wrapped with the company's key ('chain', or an identity's id); secrets sealed with it.
CREATE TABLE keys (
  name TEXT PRIMARY KEY,
  wrapped BLOB,
  made_at INTEGER NOT NULL,
  destroyed_at INTEGER,
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL, set_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`
