/** Evals of versions, and how well what an agent says of its own sureness holds. */
export const evals = `
-- What came of an eval of one version, a run each; what was asked and answered stands in the event. The newest of a version and an eval holds.
CREATE TABLE eval_results (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  agent TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  eval TEXT NOT NULL,
  eval_hash TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('passed', 'failed')),
  score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
  cost INTEGER NOT NULL CHECK (cost >= 0),
  answers TEXT NOT NULL CHECK (answers IN ('models', 'recorded')),
  seq INTEGER NOT NULL REFERENCES events (seq),
  CHECK (answers = 'models' OR cost = 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX eval_results_by_version ON eval_results (hash, eval, seq);
CREATE INDEX eval_results_by_agent ON eval_results (agent, seq);
-- Which runs a version was bound to, whatever became of them.
CREATE INDEX pins_by_version ON pins (hash) WHERE kind = 'agent';
-- How sure a version said it was of what the operator then decided on, and whether it was right: numbers, no text, made of the events of
-- the gate.
CREATE TABLE confidence_points (
  gate_id TEXT PRIMARY KEY REFERENCES gates (id),
  agent TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  raw REAL NOT NULL CHECK (raw BETWEEN 0 AND 1),
  outcome TEXT NOT NULL CHECK (outcome IN ('right', 'wrong')),
  seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX confidence_points_by_version ON confidence_points (hash, seq);
`
