/** Webhooks: what came in, the tasks that wait for it, who is told what goes on here, and what they were sent. */
export const webhooks = `
-- A task may wait for the outside. A CHECK can only go with its column; the default is for the rows that are there until the
-- next line, and nobody relies on it.
ALTER TABLE tasks RENAME COLUMN kind TO kind_before;
ALTER TABLE tasks ADD COLUMN kind TEXT NOT NULL DEFAULT 'agent'
  CHECK (kind IN ('agent', 'action', 'function', 'wait', 'gate', 'plan', 'each', 'when', 'undo'));
UPDATE tasks SET kind = kind_before;
ALTER TABLE tasks DROP COLUMN kind_before;
-- One row for each event of a sender, however often it is delivered. What it said is in the journal.
CREATE TABLE receipts (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  -- The sender's name of the event, or the hash of its body where it has none.
  event TEXT NOT NULL,
  subject TEXT NOT NULL REFERENCES identities (id),
  state TEXT NOT NULL CHECK (state IN ('unmatched', 'started', 'kept', 'answered', 'failed')),
  run_id TEXT REFERENCES runs (id),
  task_id TEXT REFERENCES tasks (id),
  -- What it answers, and the hash of what it is about.
  name TEXT,
  match TEXT,
  received_seq INTEGER NOT NULL REFERENCES events (seq),
  -- The event that says what became of it. Of what is kept or answered, the one that holds the data.
  outcome_seq INTEGER NOT NULL REFERENCES events (seq),
  received_at INTEGER NOT NULL,
  UNIQUE (source, event),
  CHECK ((state = 'started') = (run_id IS NOT NULL)),
  CHECK ((state = 'answered') = (task_id IS NOT NULL)),
  CHECK ((state IN ('kept', 'answered')) = (name IS NOT NULL)),
  CHECK ((name IS NULL) = (match IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX receipts_by_seq ON receipts (received_seq);
CREATE INDEX receipts_by_source ON receipts (source, received_seq);
CREATE INDEX receipts_by_state ON receipts (state, received_seq);
CREATE INDEX receipts_kept ON receipts (name, match, received_seq) WHERE state = 'kept';
-- One row for each round of a task that waits for something from outside.
CREATE TABLE waits (
  task_id TEXT NOT NULL REFERENCES tasks (id),
  round INTEGER NOT NULL CHECK (round >= 1),
  name TEXT NOT NULL,
  match TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'over')),
  due_at INTEGER NOT NULL,
  opened_seq INTEGER NOT NULL REFERENCES events (seq),
  receipt_id TEXT REFERENCES receipts (id),
  PRIMARY KEY (task_id, round),
  CHECK ((state = 'answered') = (receipt_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX waits_open ON waits (name, match, opened_seq) WHERE state = 'open';
-- Addresses that are told of events. The cursor is the last event that needs nothing more: not a row for each event that waits.
CREATE TABLE subscriptions (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- JSON text: the kinds of events.
  kinds TEXT NOT NULL,
  payload TEXT NOT NULL CHECK (payload IN ('ids', 'full')),
  state TEXT NOT NULL CHECK (state IN ('live', 'stopped', 'removed')),
  cursor_seq INTEGER NOT NULL CHECK (cursor_seq >= 0),
  added_seq INTEGER NOT NULL REFERENCES events (seq),
  state_seq INTEGER NOT NULL REFERENCES events (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_by_state ON subscriptions (state);
-- What was sent, or is about to be. At most one row of a subscription is due, save for those that the operator sends again.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  subscription_id TEXT NOT NULL REFERENCES subscriptions (id),
  seq INTEGER NOT NULL REFERENCES events (seq),
  state TEXT NOT NULL CHECK (state IN ('due', 'done', 'dead')),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  due_at INTEGER,
  outcome_seq INTEGER NOT NULL REFERENCES events (seq),
  UNIQUE (subscription_id, seq),
  CHECK ((state = 'due') = (due_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (subscription_id, seq) WHERE state = 'due';
CREATE INDEX deliveries_by_time ON deliveries (outcome_seq);
CREATE INDEX deliveries_by_state ON deliveries (state, outcome_seq);
CREATE INDEX deliveries_of ON deliveries (subscription_id, outcome_seq);
`
