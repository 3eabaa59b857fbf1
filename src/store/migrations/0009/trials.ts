/** New versions of agents at trial: beside the old one, or on a share of the work. */
export const trials = `
-- 'canary': the version takes a share of new runs; 'shadow': it repeats what the baseline did, and nothing leaves. 'proposed': it did as
-- well or better, and the operator is asked. 'inconclusive': its purse was empty before there was enough to tell.
CREATE TABLE trials (
  id TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('canary', 'shadow')),
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  baseline TEXT NOT NULL REFERENCES artifacts (hash),
  share INTEGER CHECK (share BETWEEN 1 AND 50),
  since INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES events (seq),
  state TEXT NOT NULL CHECK (state IN ('running', 'proposed', 'promoted', 'withdrawn', 'stopped', 'inconclusive')),
  by TEXT NOT NULL CHECK (by IN ('operator', 'system')),
  state_seq INTEGER NOT NULL REFERENCES events (seq),
  ended_at INTEGER,
  CHECK (hash <> baseline),
  CHECK ((kind = 'canary') = (share IS NOT NULL)),
  CHECK ((state IN ('running', 'proposed')) = (ended_at IS NULL)),
  CHECK (state <> 'promoted' OR by = 'operator'),
  CHECK (state <> 'inconclusive' OR by = 'system')
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX trials_open ON trials (agent) WHERE ended_at IS NULL;
CREATE INDEX trials_by_agent ON trials (agent, seq);
CREATE INDEX trials_told ON trials (ended_at) WHERE by = 'system';
-- One number a measure and run: the first that became known, with the event that told it. Two tasks of one run are no two draws.
CREATE TABLE trial_observations (
  trial_id TEXT NOT NULL REFERENCES trials (id),
  run_id TEXT NOT NULL REFERENCES runs (id),
  measure TEXT NOT NULL CHECK (measure IN ('failure', 'repair', 'rejection', 'edit', 'cost', 'latency')),
  arm TEXT NOT NULL CHECK (arm IN ('trial', 'base')),
  value REAL NOT NULL CHECK (value >= 0),
  task_id TEXT NOT NULL REFERENCES tasks (id),
  seq INTEGER NOT NULL REFERENCES events (seq),
  PRIMARY KEY (trial_id, run_id, measure)
) STRICT, WITHOUT ROWID;
CREATE INDEX trial_observations_told ON trial_observations (trial_id, seq);
-- Recorded tasks that a version is given again, without any effect.
CREATE TABLE replays (
  id TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES artifacts (hash),
  seq INTEGER NOT NULL REFERENCES events (seq),
  made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A run that repeats a task of another one, for a shadow or a replay. 'live': what it reads that the record has not, it may read now.
CREATE TABLE repeats (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  cause TEXT NOT NULL,
  task_id TEXT NOT NULL REFERENCES tasks (id),
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  UNIQUE (cause, task_id)
) STRICT, WITHOUT ROWID;
`
