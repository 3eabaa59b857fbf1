/**
 * What the operator has to mend outside, found by looking: an adapter whose provider no longer lets us in or no longer answers as it
 * did. The fault itself is in the event that opened it.
 */
export const maintenance = `
CREATE TABLE maintenance (
  opened_seq INTEGER PRIMARY KEY REFERENCES events (seq),
  adapter TEXT NOT NULL,
  code TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_seq INTEGER REFERENCES events (seq),
  closed_at INTEGER,
  CHECK ((closed_seq IS NULL) = (closed_at IS NULL)),
  CHECK (closed_seq > opened_seq)
) STRICT;
CREATE UNIQUE INDEX maintenance_open ON maintenance (adapter) WHERE closed_at IS NULL;
CREATE TRIGGER maintenance_is_closed_once BEFORE UPDATE ON maintenance WHEN OLD.closed_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'maintenance is closed once'); END;
`
