/** Turns of models that wait in a provider's batch, and the money that waits with them. */
export const batches = `
CREATE TABLE batches (
  id TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES tasks (id),
  round INTEGER NOT NULL,
  step TEXT NOT NULL,
  model TEXT NOT NULL,
  batch TEXT,
  reservation_id TEXT REFERENCES reservations (id),
  state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'answered', 'expired', 'refused', 'cancelled', 'unreadable')),
  intended_at INTEGER NOT NULL,
  ended_at INTEGER,
  UNIQUE (task_id, round, step),
  CHECK ((ended_at IS NULL) = (state IN ('intended', 'sent'))),
  -- What was answered was sent.
  CHECK (batch IS NOT NULL OR state NOT IN ('sent', 'answered', 'unreadable')),
  CHECK (batch IS NULL OR state <> 'intended')
) STRICT, WITHOUT ROWID;
-- While it waits, its money waits too, though no attempt holds it.
CREATE UNIQUE INDEX batches_money ON batches (reservation_id) WHERE state IN ('intended', 'sent');
CREATE INDEX batches_known ON batches (batch) WHERE batch IS NOT NULL;
CREATE INDEX batches_open ON batches (intended_at) WHERE state IN ('intended', 'sent');
`
