/**
 * What automations take and need. Maintenance is about any of them from here on, as about adapters before. `about` is `adapter:NAME`,
 * `workflow:NAME` or `agent:NAME`.
 */
export const upkeep = `
DROP TRIGGER maintenance_is_closed_once;
ALTER TABLE maintenance RENAME COLUMN adapter TO about;
UPDATE maintenance SET about = 'adapter:' || about;
CREATE TRIGGER maintenance_is_closed_once BEFORE UPDATE ON maintenance WHEN OLD.closed_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'maintenance is closed once'); END;

-- The operator's own time and what it was spent on, counted in the transaction of each decision, retry and undo.
CREATE TABLE upkeep_minutes (
  month TEXT NOT NULL CHECK (length(month) = 7),
  about TEXT NOT NULL CHECK (about GLOB 'workflow:?*' OR about GLOB 'agent:?*'),
  spent_ms INTEGER NOT NULL CHECK (spent_ms >= 0),
  decided INTEGER NOT NULL CHECK (decided >= 0),
  edited INTEGER NOT NULL CHECK (edited BETWEEN 0 AND decided),
  -- Of each edited text the share that is new, summed.
  changed REAL NOT NULL CHECK (changed BETWEEN 0 AND edited),
  -- Rejected, or sent back.
  refused INTEGER NOT NULL CHECK (refused BETWEEN 0 AND decided - edited),
  mended INTEGER NOT NULL CHECK (mended >= 0),
  at INTEGER NOT NULL,
  PRIMARY KEY (month, about)
) STRICT, WITHOUT ROWID;

CREATE TABLE upkeep_reviews (
  about TEXT NOT NULL,
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL UNIQUE REFERENCES events (seq),
  PRIMARY KEY (about, seq)
) STRICT, WITHOUT ROWID;

-- Which schedules a pause has stopped is in the event that made it.
CREATE TABLE upkeep_pauses (
  seq INTEGER PRIMARY KEY REFERENCES events (seq),
  about TEXT NOT NULL CHECK (about GLOB 'workflow:?*'),
  at INTEGER NOT NULL,
  ended_seq INTEGER REFERENCES events (seq),
  CHECK (ended_seq > seq)
) STRICT;
CREATE UNIQUE INDEX upkeep_pauses_standing ON upkeep_pauses (about) WHERE ended_seq IS NULL;

-- Made of the journal alone up to the event that meta names (upkeep-tallied): it can be emptied and made again.
CREATE TABLE upkeep_tally (
  month TEXT NOT NULL,
  about TEXT NOT NULL,
  runs INTEGER NOT NULL CHECK (runs >= 0),
  failures INTEGER NOT NULL CHECK (failures >= 0),
  -- A bill that comes late may be less than what was booked for it in another month.
  cost INTEGER NOT NULL,
  PRIMARY KEY (month, about)
) STRICT, WITHOUT ROWID;
CREATE TABLE upkeep_seen (
  about TEXT PRIMARY KEY,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  failed_at INTEGER,
  drifted_at INTEGER
) STRICT, WITHOUT ROWID;
`
