/** What the operator throttles, schedules, downgrades or stops at run time; and for whom and with whom money was reserved. */
export const controls = `
CREATE TABLE controls (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL CHECK (scope = 'company' OR scope GLOB 'workflow:?*' OR scope GLOB 'agent:?*' OR scope GLOB 'provider:?*'),
  kind TEXT NOT NULL CHECK (kind IN ('throttle', 'window', 'downgrade', 'stop')),
  runs INTEGER CHECK (runs > 0),
  usd INTEGER CHECK (usd > 0),
  hours TEXT,
  tier TEXT CHECK (tier IN ('quality', 'standard', 'cheap')),
  lanes TEXT NOT NULL CHECK (lanes IN ('background', 'all')),
  by TEXT NOT NULL CHECK (by IN ('operator', 'system')),
  set_seq INTEGER NOT NULL REFERENCES events (seq),
  set_at INTEGER NOT NULL,
  until_at INTEGER CHECK (until_at > set_at),
  lifted_seq INTEGER REFERENCES events (seq),
  lifted_at INTEGER,
  CHECK ((kind = 'throttle') = (runs IS NOT NULL OR usd IS NOT NULL)),
  CHECK ((kind = 'window') = (hours IS NOT NULL)),
  CHECK ((kind = 'downgrade') = (tier IS NOT NULL)),
  CHECK ((lifted_seq IS NULL) = (lifted_at IS NULL)),
  CHECK (lifted_seq > set_seq)
) STRICT, WITHOUT ROWID;
-- One of each kind stands for a scope.
CREATE UNIQUE INDEX controls_standing ON controls (scope, kind) WHERE lifted_at IS NULL;
CREATE INDEX controls_by_lift ON controls (lifted_at) WHERE lifted_at IS NOT NULL;
CREATE INDEX controls_by_set ON controls (set_seq);
CREATE TRIGGER controls_are_only_lifted BEFORE UPDATE ON controls
  WHEN OLD.lifted_at IS NOT NULL OR NEW.set_seq <> OLD.set_seq OR NEW.scope <> OLD.scope OR NEW.kind <> OLD.kind
    OR NEW.runs IS NOT OLD.runs OR NEW.usd IS NOT OLD.usd OR NEW.hours IS NOT OLD.hours OR NEW.tier IS NOT OLD.tier
  BEGIN SELECT RAISE(ABORT, 'a control is lifted, never changed'); END;
-- Runs that were started under a throttle: when each may begin, and when it did.
CREATE TABLE admissions (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  workflow TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  begun_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX admissions_waiting ON admissions (due_at) WHERE begun_at IS NULL;
CREATE INDEX admissions_begun ON admissions (begun_at) WHERE begun_at IS NOT NULL;
-- Whose agent it was reserved for, and which account is asked.
ALTER TABLE reservations ADD COLUMN agent TEXT;
ALTER TABLE reservations ADD COLUMN account TEXT;
CREATE INDEX reservations_by_time ON reservations (made_at);
`
