/** Plans, runs, and their tasks. */
export const runs = `
-- Agents and functions under their content's hash, and which of them a run is pinned to.
CREATE TABLE artifacts (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  published_seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifacts_by_name ON artifacts (kind, name, version);
CREATE TABLE plans (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  workflow TEXT NOT NULL,
  plan_hash TEXT NOT NULL REFERENCES plans (hash),
  subject TEXT NOT NULL REFERENCES identities (id),
  lane TEXT NOT NULL CHECK (lane IN ('interactive', 'background')),
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  state TEXT NOT NULL CHECK (state IN ('running', 'held', 'done', 'failed', 'cancelled', 'undoing', 'undo-held', 'undone')),
  input_seq INTEGER NOT NULL REFERENCES events (seq),
  output_seq INTEGER REFERENCES events (seq),
  started_at INTEGER NOT NULL,
  deadline_at INTEGER,
  ended_at INTEGER,
  CHECK (state <> 'done' OR output_seq IS NOT NULL),
  CHECK ((ended_at IS NULL) = (state IN ('running', 'held', 'undoing', 'undo-held')))
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_state ON runs (state, started_at);
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_by_workflow ON runs (workflow, started_at);
CREATE INDEX runs_by_subject ON runs (subject, started_at);
CREATE INDEX runs_by_deadline ON runs (deadline_at) WHERE deadline_at IS NOT NULL AND ended_at IS NULL;
CREATE TABLE pins (
  run_id TEXT NOT NULL REFERENCES runs (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  PRIMARY KEY (run_id, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  plan_hash TEXT NOT NULL REFERENCES plans (hash),
  node TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('agent', 'action', 'function', 'gate', 'plan', 'each', 'when', 'undo')),
  subject TEXT NOT NULL REFERENCES identities (id),
  parent_id TEXT REFERENCES tasks (id),
  item INTEGER,
  lane TEXT NOT NULL CHECK (lane IN ('interactive', 'background')),
  priority INTEGER NOT NULL,
  queue_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'claimed', 'done', 'held', 'failed', 'skipped', 'cancelled')),
  pending INTEGER NOT NULL CHECK (pending >= 0),
  due_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  round INTEGER NOT NULL CHECK (round >= 1),
  fence INTEGER NOT NULL CHECK (fence >= 0),
  lease_until INTEGER,
  owner TEXT,
  -- Checked at once: a COMMIT is shared, and a check that it fails would fail everyone in it. An import may defer it.
  gate_id TEXT REFERENCES gates (id) DEFERRABLE INITIALLY IMMEDIATE,
  worked_ms INTEGER NOT NULL CHECK (worked_ms >= 0),
  outcome_seq INTEGER REFERENCES events (seq),
  ended_at INTEGER,
  UNIQUE (run_id, name),
  CHECK ((state = 'claimed') = (lease_until IS NOT NULL)),
  CHECK ((state = 'claimed') = (owner IS NOT NULL)),
  CHECK ((state = 'held') = (gate_id IS NOT NULL)),
  CHECK (state = 'waiting' OR pending = 0 OR state IN ('skipped', 'cancelled')),
  CHECK ((ended_at IS NOT NULL) = (state IN ('done', 'failed', 'skipped', 'cancelled'))),
  CHECK (state NOT IN ('done', 'failed') OR outcome_seq IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- With queue_key at the end, tasks of a saturated key are passed over without being read.
CREATE INDEX tasks_ready ON tasks (lane, priority DESC, due_at, id, queue_key) WHERE state = 'ready';
CREATE INDEX tasks_due ON tasks (due_at, queue_key) WHERE state = 'ready';
CREATE INDEX tasks_leased ON tasks (lease_until, lane) WHERE state = 'claimed';
CREATE INDEX tasks_by_key ON tasks (queue_key) WHERE state = 'claimed' AND queue_key IS NOT NULL;
CREATE INDEX tasks_by_state ON tasks (run_id, state);
CREATE INDEX tasks_by_parent ON tasks (parent_id, item) WHERE parent_id IS NOT NULL;
-- Opening a gate settles the deferred reference of the task that it holds, which SQLite looks up by this column.
CREATE INDEX tasks_by_gate ON tasks (gate_id) WHERE gate_id IS NOT NULL;
CREATE INDEX tasks_failed ON tasks (ended_at) WHERE state = 'failed';
CREATE TABLE needs (
  task_id TEXT NOT NULL REFERENCES tasks (id),
  needs_id TEXT NOT NULL REFERENCES tasks (id),
  PRIMARY KEY (needs_id, task_id),
  CHECK (task_id <> needs_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_by_task ON needs (task_id);
CREATE TABLE steps (
  task_id TEXT NOT NULL REFERENCES tasks (id),
  round INTEGER NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (task_id, round, key)
) STRICT, WITHOUT ROWID;
`
