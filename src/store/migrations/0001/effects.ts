/** What leaves the company, and what the operator said to it. */
export const effects = `
CREATE TABLE effects (
  key TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  task_id TEXT NOT NULL REFERENCES tasks (id),
  step TEXT NOT NULL,
  action TEXT NOT NULL,
  adapter TEXT NOT NULL,
  idempotency TEXT NOT NULL CHECK (idempotency IN ('key', 'find', 'none')),
  reversible INTEGER NOT NULL CHECK (reversible IN (0, 1)),
  subject TEXT NOT NULL REFERENCES identities (id),
  state TEXT NOT NULL CHECK (state IN ('intended', 'done', 'refused', 'unknown', 'undone')),
  content_hash TEXT NOT NULL,
  fence INTEGER NOT NULL,
  gate_id TEXT REFERENCES gates (id),
  grant_id TEXT REFERENCES grants (id),
  undoes TEXT REFERENCES effects (key),
  intended_seq INTEGER NOT NULL REFERENCES events (seq),
  outcome_seq INTEGER REFERENCES events (seq),
  intended_at INTEGER NOT NULL,
  ended_at INTEGER,
  CHECK ((state = 'intended') = (outcome_seq IS NULL)),
  CHECK ((ended_at IS NULL) = (state IN ('intended', 'unknown')))
) STRICT, WITHOUT ROWID;
CREATE INDEX effects_by_run ON effects (run_id, intended_seq);
CREATE INDEX effects_by_task ON effects (task_id, step);
CREATE INDEX effects_open ON effects (state, intended_at) WHERE state IN ('intended', 'unknown');
CREATE INDEX effects_by_subject ON effects (subject, intended_seq);
CREATE INDEX effects_by_time ON effects (intended_seq);
-- What is settled stays settled: only a done effect can become undone.
CREATE TRIGGER effects_are_settled_once BEFORE UPDATE OF state ON effects
  WHEN NOT (OLD.state = NEW.state OR OLD.state = 'intended' OR (OLD.state = 'unknown' AND NEW.state IN ('done', 'refused'))
    OR (OLD.state = 'done' AND NEW.state = 'undone'))
  BEGIN SELECT RAISE(ABORT, 'an effect is settled once'); END;

CREATE TABLE gates (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  task_id TEXT NOT NULL REFERENCES tasks (id),
  kind TEXT NOT NULL CHECK (kind IN ('batch', 'confirm')),
  reason TEXT NOT NULL CHECK (reason IN ('review', 'policy', 'budget', 'doubt', 'graft', 'stale', 'undo')),
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'edited', 'returned', 'rejected', 'expired')),
  subject TEXT NOT NULL REFERENCES identities (id),
  binding TEXT NOT NULL,
  audience_id TEXT REFERENCES identities (id),
  max_recipients INTEGER,
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  opened_seq INTEGER NOT NULL REFERENCES events (seq),
  opened_at INTEGER NOT NULL,
  due_at INTEGER,
  otherwise TEXT NOT NULL CHECK (otherwise IN ('reject', 'wait'))
) STRICT, WITHOUT ROWID;
CREATE INDEX gates_open ON gates (opened_at) WHERE state = 'open';
CREATE INDEX gates_due ON gates (due_at) WHERE state = 'open' AND otherwise = 'reject' AND due_at IS NOT NULL;
CREATE INDEX gates_by_run ON gates (run_id, opened_seq);
CREATE INDEX gates_by_task ON gates (task_id);
CREATE TABLE gate_covers (
  gate_id TEXT NOT NULL REFERENCES gates (id),
  action TEXT NOT NULL,
  PRIMARY KEY (gate_id, action)
) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  gate_id TEXT PRIMARY KEY REFERENCES gates (id),
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'edited', 'returned', 'rejected', 'expired')),
  by TEXT NOT NULL CHECK (by IN ('operator', 'system')),
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES events (seq),
  content_hash TEXT,
  CHECK ((by = 'system') = (verdict = 'expired')),
  CHECK (verdict IN ('approved', 'edited') OR content_hash IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_by_content ON decisions (content_hash) WHERE content_hash IS NOT NULL;
CREATE TRIGGER decisions_are_final BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'a gate is answered once'); END;
CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  subject TEXT REFERENCES identities (id),
  payee TEXT,
  max_amount INTEGER CHECK (max_amount >= 0),
  max_uses INTEGER NOT NULL CHECK (max_uses > 0),
  uses INTEGER NOT NULL CHECK (uses BETWEEN 0 AND max_uses),
  external_ok INTEGER NOT NULL CHECK (external_ok IN (0, 1)),
  given_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  withdrawn_at INTEGER,
  given_seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_action ON grants (action, expires_at) WHERE withdrawn_at IS NULL;
`
