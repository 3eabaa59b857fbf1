/**
 * The laws of the tables that each task writes, said so that they cost less. Measured on an event, with its indexes: SQLite makes a
 * temporary table for `IN` with three values and more each time it checks a row (1.2 of 6.8 µs), and a trigger is a program of
 * its own (2.5 µs), where a reference to the event before says the same for 0.3 µs. A run of one task with three steps: 640 µs before,
 * 525 µs after. The conditions of partial indexes stay as the queries say them. New is a kind of task, `wait`: for the outside.
 */
export const quickChecks = `
CREATE TABLE events_again (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  subject TEXT NOT NULL,
  run_id TEXT,
  task_id TEXT,
  origin TEXT NOT NULL CHECK (origin = 'operator' OR origin = 'system' OR origin = 'external'),
  payload BLOB NOT NULL,
  -- Not stored. The journal has no gaps: each event stands on the one before it.
  previous INTEGER AS (nullif(seq - 1, 0)) REFERENCES events (seq),
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;
INSERT INTO events_again (seq, at, kind, version, subject, run_id, task_id, origin, payload, mac)
  SELECT seq, at, kind, version, subject, run_id, task_id, origin, payload, mac FROM events;
DROP TABLE events;
ALTER TABLE events_again RENAME TO events;
CREATE INDEX events_by_run ON events (run_id, seq) WHERE run_id IS NOT NULL;
CREATE INDEX events_by_subject ON events (subject, seq);
CREATE INDEX events_by_kind ON events (kind, seq);
CREATE TRIGGER events_are_final_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_are_final_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE runs_again (
  id TEXT PRIMARY KEY,
  workflow TEXT NOT NULL,
  plan_hash TEXT NOT NULL REFERENCES plans (hash),
  subject TEXT NOT NULL REFERENCES identities (id),
  lane TEXT NOT NULL CHECK (lane = 'interactive' OR lane = 'background'),
  origin TEXT NOT NULL CHECK (origin = 'operator' OR origin = 'system' OR origin = 'external'),
  state TEXT NOT NULL CHECK (state = 'running' OR state = 'held' OR state = 'done' OR state = 'failed' OR
    state = 'cancelled' OR state = 'undoing' OR state = 'undo-held' OR state = 'undone'),
  input_seq INTEGER NOT NULL REFERENCES events (seq),
  output_seq INTEGER REFERENCES events (seq),
  started_at INTEGER NOT NULL,
  deadline_at INTEGER,
  ended_at INTEGER,
  CHECK (state <> 'done' OR output_seq IS NOT NULL),
  CHECK ((ended_at IS NULL) = (state = 'running' OR state = 'held' OR state = 'undoing' OR state = 'undo-held'))
) STRICT, WITHOUT ROWID;
INSERT INTO runs_again SELECT * FROM runs;
DROP TABLE runs;
ALTER TABLE runs_again RENAME TO runs;
CREATE INDEX runs_by_state ON runs (state, started_at);
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_by_workflow ON runs (workflow, started_at);
CREATE INDEX runs_by_subject ON runs (subject, started_at);
CREATE INDEX runs_by_deadline ON runs (deadline_at) WHERE deadline_at IS NOT NULL AND ended_at IS NULL;

CREATE TABLE tasks_again (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  plan_hash TEXT NOT NULL REFERENCES plans (hash),
  node TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'agent' OR kind = 'action' OR kind = 'function' OR kind = 'gate' OR
    kind = 'wait' OR kind = 'plan' OR kind = 'each' OR kind = 'when' OR kind = 'undo'),
  subject TEXT NOT NULL REFERENCES identities (id),
  parent_id TEXT REFERENCES tasks (id),
  item INTEGER,
  lane TEXT NOT NULL CHECK (lane = 'interactive' OR lane = 'background'),
  priority INTEGER NOT NULL,
  queue_key TEXT,
  state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'ready' OR state = 'claimed' OR state = 'done' OR
    state = 'held' OR state = 'failed' OR state = 'skipped' OR state = 'cancelled'),
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
  CHECK (state = 'waiting' OR pending = 0 OR state = 'skipped' OR state = 'cancelled'),
  CHECK ((ended_at IS NOT NULL) = (state = 'done' OR state = 'failed' OR state = 'skipped' OR state = 'cancelled')),
  CHECK ((state <> 'done' AND state <> 'failed') OR outcome_seq IS NOT NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO tasks_again SELECT * FROM tasks;
DROP TABLE tasks;
ALTER TABLE tasks_again RENAME TO tasks;
CREATE INDEX tasks_ready ON tasks (lane, priority DESC, due_at, id, queue_key) WHERE state = 'ready';
CREATE INDEX tasks_due ON tasks (due_at, queue_key) WHERE state = 'ready';
CREATE INDEX tasks_leased ON tasks (lease_until, lane) WHERE state = 'claimed';
CREATE INDEX tasks_by_key ON tasks (queue_key) WHERE state = 'claimed' AND queue_key IS NOT NULL;
CREATE INDEX tasks_by_state ON tasks (run_id, state);
CREATE INDEX tasks_by_parent ON tasks (parent_id, item) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_by_gate ON tasks (gate_id) WHERE gate_id IS NOT NULL;
CREATE INDEX tasks_failed ON tasks (ended_at) WHERE state = 'failed';

CREATE TABLE effects_again (
  key TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  task_id TEXT NOT NULL REFERENCES tasks (id),
  step TEXT NOT NULL,
  action TEXT NOT NULL,
  adapter TEXT NOT NULL,
  idempotency TEXT NOT NULL CHECK (idempotency = 'key' OR idempotency = 'find' OR idempotency = 'none'),
  reversible INTEGER NOT NULL CHECK (reversible IN (0, 1)),
  subject TEXT NOT NULL REFERENCES identities (id),
  state TEXT NOT NULL CHECK (state = 'intended' OR state = 'done' OR state = 'refused' OR
    state = 'unknown' OR state = 'undone'),
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
  CHECK ((ended_at IS NULL) = (state = 'intended' OR state = 'unknown'))
) STRICT, WITHOUT ROWID;
INSERT INTO effects_again SELECT * FROM effects;
DROP TABLE effects;
ALTER TABLE effects_again RENAME TO effects;
CREATE INDEX effects_by_run ON effects (run_id, intended_seq);
CREATE INDEX effects_by_task ON effects (task_id, step);
CREATE INDEX effects_open ON effects (state, intended_at) WHERE state IN ('intended', 'unknown');
CREATE INDEX effects_by_subject ON effects (subject, intended_seq);
CREATE INDEX effects_by_time ON effects (intended_seq);
CREATE TRIGGER effects_are_settled_once BEFORE UPDATE OF state ON effects
  WHEN NOT (OLD.state = NEW.state OR OLD.state = 'intended' OR (OLD.state = 'unknown' AND NEW.state IN ('done', 'refused'))
    OR (OLD.state = 'done' AND NEW.state = 'undone'))
  BEGIN SELECT RAISE(ABORT, 'an effect is settled once'); END;

CREATE TABLE reservations_again (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  step TEXT NOT NULL,
  fence INTEGER NOT NULL,
  scopes TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  state TEXT NOT NULL CHECK (state = 'held' OR state = 'sent' OR state = 'settled' OR
    state = 'released' OR state = 'unconfirmed'),
  actual INTEGER CHECK (actual >= 0),
  made_at INTEGER NOT NULL,
  CHECK ((actual IS NOT NULL) = (state = 'settled' OR state = 'unconfirmed'))
) STRICT, WITHOUT ROWID;
INSERT INTO reservations_again SELECT * FROM reservations;
DROP TABLE reservations;
ALTER TABLE reservations_again RENAME TO reservations;
CREATE INDEX reservations_open ON reservations (task_id) WHERE state IN ('held', 'sent');
`
