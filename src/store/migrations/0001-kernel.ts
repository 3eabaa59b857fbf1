/** The kernel's tables. STRICT, with the laws of the domain as CHECKs, foreign keys and triggers. */
export const kernel = `
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

CREATE TABLE identities (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT,
  made_at INTEGER NOT NULL,
  forgotten_at INTEGER,
  CHECK ((name IS NULL) = (forgotten_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_kind ON identities (kind, id);
CREATE TABLE handles (
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (system, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX handles_by_identity ON handles (identity_id, source_seq);
CREATE TABLE facts (
  id TEXT PRIMARY KEY,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'system', 'external')),
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  recorded_at INTEGER NOT NULL,
  valid_from INTEGER,
  valid_until INTEGER,
  superseded_by TEXT REFERENCES facts (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX facts_current ON facts (identity_id, key) WHERE superseded_by IS NULL;
-- A new fact settles the old one's deferred reference, which SQLite looks up by this column.
CREATE INDEX facts_superseded ON facts (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE INDEX facts_by_identity ON facts (identity_id, key, source_seq);
CREATE TABLE memberships (
  audience_id TEXT NOT NULL REFERENCES identities (id),
  identity_id TEXT NOT NULL REFERENCES identities (id),
  status TEXT NOT NULL CHECK (status IN ('active', 'unsubscribed', 'bounced')),
  since INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (audience_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_status ON memberships (audience_id, status, identity_id);
CREATE INDEX memberships_by_identity ON memberships (identity_id);
CREATE TABLE pointers (
  id TEXT PRIMARY KEY,
  identity_id TEXT NOT NULL REFERENCES identities (id),
  adapter TEXT NOT NULL,
  external_id TEXT NOT NULL,
  url TEXT,
  title TEXT,
  content_hash TEXT,
  seen_at INTEGER NOT NULL,
  source_seq INTEGER NOT NULL REFERENCES events (seq),
  UNIQUE (identity_id, adapter, external_id)
) STRICT, WITHOUT ROWID;

-- Texts from outside that actions put down where they may be read again, by their hash: what is read there is still from outside.
CREATE TABLE outside_texts (
  hash TEXT PRIMARY KEY,
  source_seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE budgets (
  scope TEXT NOT NULL,
  period TEXT NOT NULL,
  limit_usd INTEGER CHECK (limit_usd >= 0),
  spent INTEGER NOT NULL CHECK (spent >= 0),
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  PRIMARY KEY (scope, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE reservations (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  step TEXT NOT NULL,
  fence INTEGER NOT NULL,
  scopes TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  state TEXT NOT NULL CHECK (state IN ('held', 'sent', 'settled', 'released', 'unconfirmed')),
  actual INTEGER CHECK (actual >= 0),
  made_at INTEGER NOT NULL,
  CHECK ((actual IS NOT NULL) = (state IN ('settled', 'unconfirmed')))
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_open ON reservations (task_id) WHERE state IN ('held', 'sent');
CREATE TABLE rates (
  key TEXT NOT NULL,
  window_at INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  PRIMARY KEY (key, window_at)
) STRICT, WITHOUT ROWID;
`
